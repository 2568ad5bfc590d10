package dev.penstock.worker.engine.natives;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.config.StartupException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadFailureTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/c/libx.so: failed to map segment from shared object | (noexec): give another folder with --cache",
        "/lib64/libstdc++.so.6: version `GLIBCXX_3.4.30' not found | glibc 2.28 or newer is needed",
        "/lib/libc.so.6: version `GLIBC_2.28' not found | glibc 2.28 or newer is needed",
        "Error loading shared library ld-linux-x86-64.so.2: No such file | another C library (Alpine's musl)",
        "No space left on device | make room there",
        "libgomp.so.1: cannot open shared object file: No such file | install what the message names"
      })
  void says_what_to_do_before_the_words_of_the_system(String said, String advice) {
    StartupException failure =
        LoadFailure.of(
            "ONNX Runtime",
            Path.of("/c"),
            new ExceptionInInitializerError(
                new IllegalStateException("outer", new UnsatisfiedLinkError(said))));

    assertThat(failure)
        .hasMessageStartingWith("ONNX Runtime cannot be loaded from /c: ")
        .hasMessageContaining(advice)
        .hasMessageEndingWith("The system says: " + said)
        .hasMessageNotContaining("Error:")
        .hasMessageNotContaining("java.");
  }

  @Test
  void the_words_of_the_system_are_one_short_line() {
    String said = "libx.so:\n" + "y".repeat(10_000);

    assertThat(LoadFailure.of("OpenCV", Path.of("/c"), new UnsatisfiedLinkError(said)).getMessage())
        .hasSizeLessThan(500)
        .doesNotContain("\n");
  }
}
