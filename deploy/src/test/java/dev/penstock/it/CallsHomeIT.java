package dev.penstock.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OrtEnvironment;
import dev.penstock.it.kit.network.SilentNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing that is in here reports to anybody. How long one must look for that is shown by ONNX
 * Runtime as it comes, which looks its vendor up ten seconds after it was loaded: when that has
 * happened, a process that was ready before has had more time than that.
 */
@Timeout(180)
final class CallsHomeIT {
  private static final Path JAR = Path.of("target", "penstock.jar").toAbsolutePath();

  @TempDir Path folder;

  @Test
  void an_idle_machine_looks_nobody_up_and_keeps_no_records() throws Exception {
    Path home = Files.createDirectories(folder.resolve("home"));
    Path other = Files.createDirectories(folder.resolve("other"));
    try (SilentNetwork ours =
        start(home, List.of("-Xmx256m", "-jar", JAR.toString(), "local", "--port", "0"))) {
      assumeTrue(ours != null, "no network of its own can be made here");
      requireNonNull(ours).await(line -> line.startsWith("ready "));
      try (SilentNetwork asItComes =
          start(
              other,
              List.of("-cp", System.getProperty("java.class.path"), AsItComes.class.getName()))) {
        requireNonNull(asItComes).awaitLookup();
      }
      assertThat(files(other)).as("what it keeps").anyMatch(file -> file.contains("deviceid"));

      String own = InetAddress.getLocalHost().getHostName();
      assertThat(ours.lookups()).as("but its own name").allMatch(name -> name.startsWith(own));
      assertThat(files(home))
          .isNotEmpty()
          .allMatch(file -> file.startsWith(home.resolve(".cache/penstock").toString()));
    }
  }

  /** ONNX Runtime without anything of ours. */
  static final class AsItComes {
    private AsItComes() {}

    public static void main(String[] args) throws InterruptedException {
      // Its way through the command line, class path and all, takes more stack than is usual.
      var loader = new Thread(null, OrtEnvironment::getEnvironment, "load", 64L << 20);
      loader.start();
      loader.join();
      new CountDownLatch(1).await(); // until it is ended
    }
  }

  private @Nullable SilentNetwork start(Path home, List<String> java) throws IOException {
    // Continuous integration and a careful user would hide what is to be seen.
    return SilentNetwork.start(
        Files.createDirectories(home.resolveSibling(home.getFileName() + "-network")),
        Map.of("HOME", home.toString()),
        Stream.concat(Stream.of("-Duser.home=" + home), java.stream()).toList());
  }

  private static List<String> files(Path home) throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      return files.filter(Files::isRegularFile).map(Path::toString).toList();
    }
  }
}
