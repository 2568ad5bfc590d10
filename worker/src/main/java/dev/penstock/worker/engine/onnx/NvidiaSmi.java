package dev.penstock.worker.engine.onnx;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Memory of one GPU, asked of the program that comes with its driver: ONNX Runtime does not say.
 */
final class NvidiaSmi {
  private static final System.Logger LOG = System.getLogger(NvidiaSmi.class.getName());
  private static final long PATIENCE_SECONDS = 5;
  private static final long MIB = 1 << 20;

  private final String program;
  private final String gpu;

  /**
   * @param gpu as the program names it: a number or an UUID
   */
  NvidiaSmi(String program, String gpu) {
    this.program = program;
    this.gpu = gpu;
  }

  /**
   * @param index as CUDA counts GPUs among the visible ones, from 0
   */
  static NvidiaSmi of(int index, Map<String, String> environment) {
    String[] visible = environment.getOrDefault("CUDA_VISIBLE_DEVICES", "").split(",");
    boolean listed = index < visible.length && !visible[index].isBlank();
    return new NvidiaSmi("nvidia-smi", listed ? visible[index].strip() : Integer.toString(index));
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
      String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!asked.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        asked.destroyForcibly();
      }
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
