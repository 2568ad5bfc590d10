package dev.penstock.cli;

import dev.penstock.config.StartupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The NVIDIA GPUs that this process may use. */
final class Gpus {
  private static final long ANSWER_SECONDS = 20;

  private Gpus() {}

  /**
   * How many there are: those of {@code CUDA_VISIBLE_DEVICES}, else those the driver's tool lists.
   *
   * @param tool how {@code nvidia-smi} is called
   * @throws StartupException when there is none
   */
  static int count(Map<String, String> environment, String tool) {
    String visible = environment.get("CUDA_VISIBLE_DEVICES");
    int count = visible == null ? listed(tool) : named(visible);
    if (count == 0) {
      throw new StartupException(
          "--device cuda: no GPU was found ("
              + (visible == null ? tool + " lists none" : "CUDA_VISIBLE_DEVICES is " + visible)
              + "); give --device cpu to compute without one");
    }
    return count;
  }

  /** CUDA ignores everything from the first invalid entry on, and -1 is the usual one. */
  private static int named(String visible) {
    return (int)
        Arrays.stream(visible.split(",", -1))
            .map(String::strip)
            .takeWhile(device -> !device.isEmpty() && !device.startsWith("-"))
            .count();
  }

  private static int listed(String tool) {
    try {
      Process process =
          new ProcessBuilder(tool, "-L").redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        return 0;
      }
      return (int) answer.lines().filter(line -> line.startsWith("GPU ")).count();
    } catch (IOException e) {
      throw new StartupException(
          "--device cuda: cannot run "
              + tool
              + ", so the NVIDIA driver does not seem to be installed; give --device cpu to compute"
              + " without a GPU",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartupException("interrupted while counting GPUs", e);
    }
  }
}
