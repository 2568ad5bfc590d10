package dev.penstock.worker.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryShortageTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Error code - ORT_RUNTIME_EXCEPTION - message: bfc_arena.cc:376 Failed to allocate memory"
            + " for requested buffer of size 838860800",
        "bfc_arena.cc:358 Available memory of 3072 is smaller than requested bytes of 409600",
        "CUDA failure 2: out of memory ; GPU=0 ; expr=cudaMalloc((void**)&p, size);",
        "CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0",
        "Non-zero status code returned while running Conv node. std::bad_alloc"
      })
  void is_told_from_what_the_runtime_says(String message) {
    assertThat(MemoryShortage.isNamedIn(message)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA failure 700: an illegal memory access was encountered ; GPU=0",
        "Non-zero status code returned while running Reshape node",
        ""
      })
  void is_not_seen_in_other_failures(String message) {
    assertThat(MemoryShortage.isNamedIn(message)).isFalse();
  }

  @Test
  void is_not_seen_where_nothing_is_said() {
    assertThat(MemoryShortage.isNamedIn(null)).isFalse();
  }
}
