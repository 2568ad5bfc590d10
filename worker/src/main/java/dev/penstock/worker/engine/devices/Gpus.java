package dev.penstock.worker.engine.devices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The NVIDIA GPUs of this machine: the device files that the driver made (Linux), else what the
 * program that comes with it lists, as in WSL, which has no such files.
 *
 * @param deviceFiles the folder of device files
 * @param program that lists them with {@code -L}
 */
record Gpus(Path deviceFiles, String program) {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int LONGEST_ANSWER = 10_000;

  static Gpus ofThisMachine() {
    return new Gpus(Path.of("/dev"), "nvidia-smi");
  }

  /** How many this process may use: those that {@code CUDA_VISIBLE_DEVICES} leaves. */
  int visible(Map<String, String> environment) {
    String visible = environment.get("CUDA_VISIBLE_DEVICES");
    if (visible == null) {
      return present();
    }
    // CUDA stops at the first entry that is none.
    long listed =
        Arrays.stream(visible.split(","))
            .map(String::strip)
            .takeWhile(entry -> !entry.isEmpty() && !entry.startsWith("-"))
            .count();
    return listed == 0 ? 0 : (int) Math.min(present(), listed);
  }

  private int present() {
    int files = files();
    return files == 0 ? listed() : files;
  }

  private int files() {
    if (!Files.isDirectory(deviceFiles)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(deviceFiles)) {
      return (int)
          files.filter(file -> file.getFileName().toString().matches("nvidia[0-9]+")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int listed() {
    try {
      Process asked = new ProcessBuilder(List.of(program, "-L")).redirectErrorStream(true).start();
      asked.getOutputStream().close();
      // What it says fits into the pipe. Reading first would wait for ever for one that hangs.
      if (!asked.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        asked.destroyForcibly();
        return 0;
      }
      String said =
          new String(asked.getInputStream().readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8);
      return asked.exitValue() == 0
          ? (int) said.lines().filter(line -> line.startsWith("GPU ")).count()
          : 0;
    } catch (IOException e) {
      System.getLogger(Gpus.class.getName()).log(Level.DEBUG, "no nvidia-smi: {0}", e.getMessage());
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }
}
