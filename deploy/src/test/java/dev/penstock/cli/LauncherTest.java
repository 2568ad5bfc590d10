package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The script {@code deploy/penstock} in a copy of the checkout, with a Java and a Maven that talk.
 */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
final class LauncherTest {
  private static final Path SCRIPT = Path.of("penstock");
  private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path folder;

  private record Ended(int status, String out, String err) {}

  @BeforeEach
  void checkout() throws IOException {
    for (String module : List.of("shared", "router", "worker", "deploy")) {
      source(module + "/pom.xml", LONG_AGO);
      source(module + "/src/main/java/A.java", LONG_AGO);
    }
    source("pom.xml", LONG_AGO);
    Files.copy(SCRIPT, folder.resolve("deploy/penstock"));
    tools(
        "bash",
        "env",
        "readlink",
        "sed",
        "find",
        "head",
        "touch",
        "mkdir",
        "flock",
        "stat",
        "timeout");
    java("17.0.15");
    program("javac", "");
    program(
        "mvn",
        "echo \"$*\" >> \"$CHECKOUT/builds\"; mkdir -p \"$CHECKOUT/deploy/target\"; "
            + "echo chatter; touch \"$CHECKOUT/deploy/target/penstock.jar\"");
  }

  @Test
  void builds_when_there_is_no_jar_and_says_so_on_standard_error() throws Exception {
    Ended ended = run("router", "--port", "1 2");

    assertThat(ended.err()).startsWith("penstock: building").contains("chatter");
    assertThat(ended.out().lines())
        .contains("-jar", path("deploy/target/penstock.jar"), "router", "--port", "1 2")
        .doesNotContain("chatter");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void does_not_build_again_when_nothing_changed() throws Exception {
    run("--version");
    Ended ended = run("--version");
    assertThat(ended.err()).isEmpty();
    assertThat(builds()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pom.xml",
        "worker/pom.xml",
        "shared/src/main/java/A.java",
        "shared/src/main/java/New.java",
        "router/src/main/resources/page.html"
      })
  void builds_again_when_a_source_is_newer(String changed) throws Exception {
    run("--version");
    source(changed, Instant.now().plusSeconds(5));
    assertThat(run("--version").err()).startsWith("penstock: building");
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void does_not_build_for_tests_and_documents() throws Exception {
    run("--version");
    source("shared/src/test/java/ATest.java", Instant.now().plusSeconds(5));
    source("README.md", Instant.now().plusSeconds(5));
    assertThat(run("--version").err()).isEmpty();
  }

  @Test
  void a_build_that_leaves_the_jar_as_it_was_is_not_repeated() throws Exception {
    jar(LONG_AGO);
    source("shared/src/main/java/A.java", Instant.now().minusSeconds(5));
    program("mvn", "echo built >> \"$CHECKOUT/builds\"");
    run("--version");
    assertThat(run("--version").err()).isEmpty();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void several_that_start_at_once_build_once() throws Exception {
    program(
        "mvn",
        "echo built >> \"$CHECKOUT/builds\"; "
            + "mkdir -p \"$CHECKOUT/deploy/target\"; touch \"$CHECKOUT/deploy/target/penstock.jar\"");
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      processes.add(start(List.of("--version"), Map.of()));
    }
    for (Process process : processes) {
      assertThat(process.waitFor()).isZero();
    }
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void works_through_a_link_from_any_folder() throws Exception {
    jar(Instant.now());
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("deploy/penstock"));
    Process process =
        builder(List.of(link.toString(), "--version"), Map.of())
            .directory(Path.of("/").toFile())
            .start();
    assertThat(ended(process).out()).contains(path("deploy/target/penstock.jar"));
  }

  @Test
  void a_failed_build_is_one_sentence_and_no_start() throws Exception {
    program("mvn", "exit 1");
    Ended ended = run("--version");
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.err()).endsWith("penstock: the build failed: see what Maven says above\n");
    assertThat(ended.out()).isEmpty();
  }

  @Test
  void without_maven_an_old_jar_runs_and_no_jar_is_an_error() throws Exception {
    Files.delete(folder.resolve("bin/mvn"));
    Ended none = run("--version");
    assertThat(none.status()).isEqualTo(1);
    assertThat(none.err())
        .isEqualTo(
            "penstock: it is not built yet and cannot be: there is no mvn: install Maven 3.8 or"
                + " newer\n");

    jar(LONG_AGO);
    source("shared/src/main/java/A.java", Instant.now());
    Ended old = run("--version");
    assertThat(old.status()).isZero();
    assertThat(old.err()).contains("the sources are newer than the jar, which runs as it is");
  }

  @Test
  void without_a_compiler_it_says_what_to_install() throws Exception {
    Files.delete(folder.resolve("bin/javac"));
    assertThat(run("--version").err()).contains("this Java is no JDK: install one with javac");
  }

  @ParameterizedTest
  @CsvSource({"11.0.2,11", "1.8.0_402,8", "16-ea,16"})
  void refuses_a_java_that_is_too_old(String version, String feature) throws Exception {
    java(version);
    Ended ended = run("--version");
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.err())
        .isEqualTo(
            "penstock: %s is Java %s: Penstock needs 17 or newer\n"
                .formatted(path("bin/java"), feature));
  }

  @Test
  void says_that_there_is_no_java() throws Exception {
    Files.delete(folder.resolve("bin/java"));
    assertThat(run("--version").err()).startsWith("penstock: there is no java: install a JDK 17");
    assertThat(ended(start(List.of(), Map.of("JAVA_HOME", path("nowhere")))).err())
        .isEqualTo(
            "penstock: JAVA_HOME is %s, but there is no bin/java in it\n"
                .formatted(path("nowhere")));
  }

  @Test
  void the_status_is_that_of_java() throws Exception {
    jar(Instant.now());
    program("java", "[ \"$1\" != -version ] || { echo 'x version \"17\"' >&2; exit 0; }; exit 42");
    assertThat(run("--version").status()).isEqualTo(42);
  }

  @ParameterizedTest
  @CsvSource({
    "17.0.15, -XX:SharedArchiveFile=, -XX:AOTCache=",
    "25.0.3, -XX:AOTCache=, -XX:SharedArchiveFile="
  })
  void uses_the_archive_of_its_java_when_there_is_one(String version, String used, String other)
      throws Exception {
    java(version);
    jar(Instant.now());
    assertThat(run("x").out()).doesNotContain(used).doesNotContain(other);

    Files.writeString(folder.resolve("deploy/target/penstock.jsa"), "");
    Files.writeString(folder.resolve("deploy/target/penstock.aot"), "");
    assertThat(run("x").out()).contains(used + path("deploy/target/")).doesNotContain(other);
  }

  @ParameterizedTest
  @CsvSource({"17.0.15,false", "21.0.4,false", "23,true", "25.0.3,true"})
  void allows_unsafe_memory_only_where_the_flag_is_known(String version, boolean known)
      throws Exception {
    java(version);
    jar(Instant.now());
    assertThat(run("x").out().contains("--sun-misc-unsafe-memory-access=allow")).isEqualTo(known);
  }

  @Test
  void passes_more_options_to_java() throws Exception {
    jar(Instant.now());
    Ended ended =
        ended(start(List.of("x"), Map.of("PENSTOCK_JAVA_OPTIONS", "-Xmx1g -Dname=value")));
    assertThat(ended.out().lines()).containsSubsequence("-Xmx1g", "-Dname=value", "-jar");
  }

  @Test
  void stays_with_what_it_was_built_for_when_a_source_changes() throws Exception {
    assumeGpuBuilds();
    run(Map.of("PENSTOCK_FLAVOUR", "gpu"), "--version");
    assertThat(lastBuild()).contains("-P !errorprone,gpu");

    source("shared/src/main/java/A.java", Instant.now().plusSeconds(5));
    assertThat(run("--version").err()).startsWith("penstock: building for NVIDIA GPUs");
    assertThat(lastBuild()).contains("-P !errorprone,gpu");
    assertThat(builds()).isEqualTo(2);
  }

  /**
   * The profile leaves both files; a build without it overwrites what the jar is, not the choice.
   */
  @Test
  void a_build_by_hand_for_gpus_is_a_choice_and_one_without_the_profile_is_made_good()
      throws Exception {
    assumeGpuBuilds();
    jar(Instant.now());
    target("penstock.flavour", "gpu");
    target("penstock.built", "gpu");
    assertThat(run("--version").err()).isEmpty();

    target("penstock.built", "cpu");
    assertThat(run("--version").err()).startsWith("penstock: building for NVIDIA GPUs");
    assertThat(lastBuild()).contains("-P !errorprone,gpu");
    assertThat(run("--version").err()).isEmpty();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void what_is_said_wins_over_what_was_chosen_and_is_remembered() throws Exception {
    assumeGpuBuilds();
    run(Map.of("PENSTOCK_FLAVOUR", "gpu"), "--version");
    run(Map.of("PENSTOCK_FLAVOUR", "cpu"), "--version");
    assertThat(lastBuild()).contains("-P !errorprone ").doesNotContain("gpu");
    assertThat(run("--version").err()).isEmpty();
    assertThat(builds()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "'echo \"GPU 0: NVIDIA L4 (UUID: GPU-1)\"',,gpu",
    "'echo \"GPU 0: NVIDIA L4 (UUID: GPU-1)\"','',cpu",
    "'echo \"GPU 0: NVIDIA L4 (UUID: GPU-1)\"',-1,cpu",
    "'echo \"GPU 0: NVIDIA L4 (UUID: GPU-1)\"',0,gpu",
    "'echo \"NVIDIA-SMI has failed\"; exit 9',,cpu",
    "'exit 0',,cpu"
  })
  void builds_for_gpus_where_there_are_some(String smi, @Nullable String visible, String flavour)
      throws Exception {
    assumeGpuBuilds();
    assumeFalse(Files.exists(Path.of("/dev/nvidia0")), "this machine has a GPU");
    program("nvidia-smi", smi);

    run(visible == null ? Map.of() : Map.of("CUDA_VISIBLE_DEVICES", visible), "--version");

    assertThat(lastBuild().contains("-P !errorprone,gpu")).isEqualTo(flavour.equals("gpu"));
    assertThat(run("--version").err()).as("remembered").isEmpty();
  }

  @Test
  void an_unknown_flavour_is_a_sentence_and_no_build() throws Exception {
    Ended ended = run(Map.of("PENSTOCK_FLAVOUR", "cuda"), "--version");
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.err()).isEqualTo("penstock: PENSTOCK_FLAVOUR is 'cuda': it is cpu or gpu\n");
    assertThat(builds()).isZero();
  }

  @Test
  void a_build_runs_no_tests() throws Exception {
    run("--version");
    assertThat(lastBuild()).contains("-Dmaven.test.skip=true package");
  }

  @Test
  void a_build_says_how_far_it_is_and_how_large_what_it_fetches_is() throws Exception {
    program(
        "mvn",
        """
        cat <<'END'
        [INFO] Scanning for projects...
        [INFO] Building Penstock worker 0.1.0-SNAPSHOT                             [4/5]
        [INFO]   from worker/pom.xml
        [INFO] Downloading from central: https://repo.example/org/ort/onnxruntime_gpu-1.29.0.jar
        [INFO] Downloaded from central: https://repo.example/org/ort/onnxruntime_gpu-1.29.0.jar (642 MB at 31 MB/s)
        Downloading from central: https://repo.example/org/small.pom
        Downloaded from central: https://repo.example/org/small.pom (4.5 kB at 90 kB/s)
        [INFO] Building jar: /x/penstock.jar
        [WARNING] something of the build
        END
        mkdir -p "$CHECKOUT/deploy/target"; touch "$CHECKOUT/deploy/target/penstock.jar"
        """);
    tools("cat");

    assertThat(run("--version").err().lines().skip(1))
        .containsExactly(
            "penstock:   building Penstock worker 0.1.0-SNAPSHOT (4 of 5)",
            "penstock:   downloading onnxruntime_gpu-1.29.0.jar…",
            "penstock:   downloaded onnxruntime_gpu-1.29.0.jar, 642 MB");
  }

  @Test
  void a_failed_build_shows_the_errors_of_maven_alone() throws Exception {
    program("mvn", "echo '[INFO] Scanning'; echo '[ERROR] no network'; exit 1");
    assertThat(run("--version").err().lines().skip(1))
        .containsExactly(
            "[ERROR] no network", "penstock: the build failed: see what Maven says above");
  }

  /** An archive of {@code deploy} may lie in /opt beside anybody's projects. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "other root",
        "no root",
        "no module",
        "other module",
        "other deploy",
        "other name"
      })
  void builds_nothing_but_its_own_checkout(String difference) throws Exception {
    jar(LONG_AGO);
    source("shared/src/main/java/A.java", Instant.now());
    String deploy = "deploy";
    switch (difference) {
      case "other root" -> text("pom.xml", "<artifactId>theirs</artifactId>");
      case "no root" -> Files.delete(folder.resolve("pom.xml"));
      case "no module" -> Files.delete(folder.resolve("router/pom.xml"));
      case "other module" -> text("worker/pom.xml", "<artifactId>worker</artifactId>");
      case "other deploy" -> text("deploy/pom.xml", "<artifactId>deploy</artifactId>");
      default -> {
        deploy = "penstock-0.1.0";
        Files.move(folder.resolve("deploy"), folder.resolve(deploy));
      }
    }
    Path script = folder.resolve(deploy).resolve("penstock");

    Ended old = ended(builder(List.of(script.toString(), "--version"), Map.of()).start());
    assertThat(old.status()).isZero();
    assertThat(old.err()).isEmpty();

    Files.delete(folder.resolve(deploy).resolve("target/penstock.jar"));
    Ended none = ended(builder(List.of(script.toString(), "--version"), Map.of()).start());
    assertThat(none.status()).isEqualTo(1);
    assertThat(none.err()).contains("is no checkout of Penstock to build it from");
    assertThat(builds()).isZero();
  }

  /** Only x86-64 has builds for GPUs. */
  private static void assumeGpuBuilds() {
    assumeTrue(
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64"),
        "there is no GPU build for this machine");
  }

  private void target(String name, String content) throws IOException {
    text("deploy/target/" + name, content + "\n");
  }

  private void text(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
  }

  /** A Java without a release file: it is asked for its version, else it prints its arguments. */
  private void java(String version) throws IOException {
    program(
        "java",
        "if [ \"$1\" = -version ]; then echo 'openjdk version \"%s\" 2026-01-01' >&2; else"
                .formatted(version)
            + " printf '%s\\n' \"$@\"; fi");
  }

  private void program(String name, String script) throws IOException {
    Path program = folder.resolve("bin").resolve(name);
    Files.createDirectories(program.getParent());
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
  }

  /** The tools of this machine that the script uses, but neither its Java nor its Maven. */
  private void tools(String... names) throws IOException {
    for (String name : names) {
      for (String bin : List.of("/usr/bin/", "/bin/")) {
        if (Files.isExecutable(Path.of(bin + name))) {
          program(name, "exec " + bin + name + " \"$@\"");
        }
      }
    }
  }

  private void source(String name, Instant changed) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, name.endsWith("pom.xml") ? pom(name) : name);
    for (Path path = file; path != null && !path.equals(folder); path = path.getParent()) {
      Files.setLastModifiedTime(path, FileTime.from(changed));
    }
  }

  /** Of Penstock's own: the name of the module stands in it. */
  private static String pom(String path) {
    int slash = path.indexOf('/');
    return "<project>\n  <artifactId>penstock%s</artifactId>\n</project>\n"
        .formatted(slash < 0 ? "" : "-" + path.substring(0, slash));
  }

  private void jar(Instant built) throws IOException {
    Path jar = folder.resolve("deploy/target/penstock.jar");
    Files.createDirectories(jar.getParent());
    Files.writeString(jar, "");
    Files.setLastModifiedTime(jar, FileTime.from(built));
  }

  private int builds() throws IOException {
    Path builds = folder.resolve("builds");
    return Files.exists(builds) ? Files.readAllLines(builds).size() : 0;
  }

  /** What Maven was told last. */
  private String lastBuild() throws IOException {
    List<String> builds = Files.readAllLines(folder.resolve("builds"));
    return builds.get(builds.size() - 1);
  }

  private String path(String name) throws IOException {
    return folder.toRealPath().resolve(name).toString();
  }

  private Ended run(String... arguments) throws Exception {
    return run(Map.of(), arguments);
  }

  private Ended run(Map<String, String> environment, String... arguments) throws Exception {
    return ended(start(List.of(arguments), environment));
  }

  private Process start(List<String> arguments, Map<String, String> environment)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(folder.resolve("deploy/penstock").toString());
    command.addAll(arguments);
    return builder(command, environment).start();
  }

  private ProcessBuilder builder(List<String> command, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> all = new HashMap<>(environment);
    all.put("PATH", path("bin"));
    all.put("CHECKOUT", path(""));
    builder.environment().clear();
    builder.environment().putAll(all);
    return builder;
  }

  private static Ended ended(Process process) throws IOException, InterruptedException {
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), out, err);
  }
}
