package dev.penstock.worker.engine.onnx;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Tells from ONNX Runtime's words whether memory was short: its Java API has one error code for all
 * that fails while a network runs.
 */
final class MemoryShortage {
  private static final List<String> SIGNS =
      List.of(
          "failed to allocate memory", // the arenas
          "is smaller than requested bytes", // an arena with a limit
          "out of memory", // CUDA error 2
          "_alloc_failed", // cuBLAS, cuDNN
          "bad_alloc",
          "bad allocation");

  private MemoryShortage() {}

  static boolean isNamedIn(@Nullable String message) {
    if (message == null) {
      return false;
    }
    String lower = message.toLowerCase(Locale.ROOT);
    return SIGNS.stream().anyMatch(lower::contains);
  }
}
