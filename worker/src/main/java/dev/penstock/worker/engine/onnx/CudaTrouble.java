package dev.penstock.worker.engine.onnx;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is wrong with a GPU that cannot be used, from what ONNX Runtime, CUDA or the linker say. */
final class CudaTrouble {
  private static final Pattern MISSING_LIBRARY =
      Pattern.compile("(lib[\\w+-]+\\.so[.\\d]*): cannot open shared object");

  /**
   * @param said what the message has
   * @param meaning what that means and what to do
   */
  private record Cause(Pattern said, String meaning) {
    static Cause of(String said, String meaning) {
      return new Cause(Pattern.compile(said, Pattern.CASE_INSENSITIVE), meaning);
    }
  }

  private static final List<Cause> CAUSES =
      List.of(
          Cause.of(
              "driver version is insufficient|CUDA failure 35\\b",
              "the NVIDIA driver is older than CUDA 12: install 525 or newer"),
          Cause.of(
              "invalid device ordinal|CUDA failure 101\\b",
              "there is no GPU of that number: they count from 0, and CUDA_VISIBLE_DEVICES hides"
                  + " some"),
          Cause.of(
              "no CUDA-capable device|CUDA failure 100\\b",
              "CUDA sees no GPU: look at nvidia-smi and CUDA_VISIBLE_DEVICES, and start a container"
                  + " with --gpus all"),
          Cause.of(
              "out of memory|CUDA failure 2\\b", "its memory is taken: nvidia-smi shows by whom"),
          Cause.of(
              "no kernel image|CUDA failure 209\\b",
              "ONNX Runtime has no code for a GPU of its generation"),
          Cause.of(
              "system not yet initialized|CUDA failure 802\\b",
              "the machine's GPUs are not connected yet: start nvidia-fabricmanager"),
          Cause.of(
              "exclusive|unavailable|CUDA failure 46\\b",
              "another process has it for itself alone: nvidia-smi shows which"),
          Cause.of(
              "undefined symbol|version `[^']+' not found",
              "the CUDA libraries that are found are of another version: CUDA 12 and cuDNN 9 are"
                  + " needed, see LD_LIBRARY_PATH"));

  private CudaTrouble() {}

  /**
   * Our sentence first, and the library's words after it.
   *
   * @param index of the GPU, as CUDA counts
   * @param said by ONNX Runtime
   */
  static String sentence(int index, @Nullable String said) {
    String text = String.valueOf(said);
    return "CUDA device %d cannot be used: %s (docs/gpu.md), or give --device cpu. ONNX Runtime says: %s"
        .formatted(index, meaning(text), OnnxWords.of(text));
  }

  private static String meaning(String text) {
    Matcher missing = MISSING_LIBRARY.matcher(text);
    if (missing.find()) {
      return missing(missing.group(1));
    }
    return CAUSES.stream()
        .filter(cause -> cause.said().matcher(text).find())
        .map(Cause::meaning)
        .findFirst()
        .orElse("see that nvidia-smi works, and that CUDA 12 and cuDNN 9 are installed");
  }

  private static String missing(String library) {
    if (library.startsWith("libcuda.")) {
      return library
          + " is missing, which comes with the NVIDIA driver: install that, or start the container"
          + " with --gpus all";
    }
    String of = library.startsWith("libcudnn") ? "cuDNN 9" : "CUDA 12";
    return "%s of %s is missing: install that, or put its folder on LD_LIBRARY_PATH"
        .formatted(library, of);
  }
}
