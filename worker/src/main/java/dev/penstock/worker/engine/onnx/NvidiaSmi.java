package dev.penstock.worker.engine.onnx;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Memory of one GPU, asked of the program that comes with its driver: ONNX Runtime does not say.
 */
final class NvidiaSmi {
  private static final System.Logger LOG = System.getLogger(NvidiaSmi.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int LONGEST_ANSWER = 1_000;
  private static final long MIB = 1 << 20;

  private final String program;
  private final String gpu;
  private final Duration patience;

  /**
   * @param gpu as the program names it: a number or an UUID
   * @param patience for how long an answer is waited for
   */
  NvidiaSmi(String program, String gpu, Duration patience) {
    this.program = program;
    this.gpu = gpu;
    this.patience = patience;
  }

  /**
   * @param index as CUDA counts GPUs among the visible ones, from 0
   */
  static NvidiaSmi of(int index, Map<String, String> environment) {
    String[] visible = environment.getOrDefault("CUDA_VISIBLE_DEVICES", "").split(",");
    boolean listed = index < visible.length && !visible[index].isBlank();
    return new NvidiaSmi(
        "nvidia-smi", listed ? visible[index].strip() : Integer.toString(index), PATIENCE);
  }

  String gpu() {
    return gpu;
  }

  /** Bytes there are, or 0 when the program does not tell. */
  long total() {
    return ask("memory.total");
  }

  /** Bytes that are taken, by whomever; or 0 when the program does not tell. */
  long used() {
    return ask("memory.used");
  }

  private long ask(String what) {
    var command =
        List.of(program, "--id=" + gpu, "--query-gpu=" + what, "--format=csv,noheader,nounits");
    try {
      Process asked = new ProcessBuilder(command).redirectErrorStream(true).start();
      asked.getOutputStream().close();
      // What it says fits into the pipe. Reading first would wait for ever for one that hangs.
      if (!asked.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        asked.destroyForcibly();
        throw new IOException("no answer within " + patience.toSeconds() + " s");
      }
      String said =
          new String(asked.getInputStream().readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8);
      return MIB * Long.parseLong(said.strip());
    } catch (IOException | NumberFormatException e) {
      LOG.log(Level.DEBUG, "nvidia-smi does not tell {0} of GPU {1}: {2}", what, gpu, e);
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }
}
