package dev.penstock.exports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.RouterProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs the comparison of the exports that the build has made. */
@EnabledIf(value = "areMade", disabledReason = "there are no exports; exports-install.log says why")
final class ToolsExportsIT {
  private static final Path SCRIPTS = Path.of("src/test/resources/exports").toAbsolutePath();
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final Path EXPORTS = TARGET.resolve("exports");
  private static final int PATIENCE_MINUTES = 15;

  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  static boolean areMade() {
    return Files.exists(EXPORTS.resolve("made"));
  }

  @Test
  void exports_find_what_their_own_tools_find_with_them() throws Exception {
    RouterProcess router = CLUSTER.router("--models", EXPORTS.resolve("models").toString());
    CLUSTER.worker("w1", router, "--device", "cpu").awaitReady();

    Path log = TARGET.resolve("exports-tests.log");
    ProcessBuilder builder =
        new ProcessBuilder(
                python(),
                "-m",
                "pytest",
                "-q",
                "-rs",
                "--tb=short",
                "-p",
                "no:cacheprovider",
                SCRIPTS.resolve("test_exports.py").toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("PENSTOCK_URL", router.url().toString().replaceAll("/$", ""));
    builder.environment().put("PENSTOCK_EXPORTS", EXPORTS.toString());
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    Process process = builder.start();
    boolean ended = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
    if (!ended) {
      process.destroyForcibly().waitFor();
    }
    assertThat(ended && process.exitValue() == 0)
        .as(() -> "the comparison ended badly (%s):%n%s".formatted(log, read(log)))
        .isTrue();
  }

  private static String python() {
    String given = System.getenv("PENSTOCK_EXPORTS_VENV");
    Path venv = given == null ? TARGET.resolve("exports-venv") : Path.of(given);
    return venv.resolve("bin/python").toString();
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
