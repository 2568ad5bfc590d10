package dev.penstock.worker.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CudaTroubleTest {
  private static final String PLACE =
      "Error code - ORT_FAIL - message: /onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:2195"
          + " onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 :"
          + " FAIL : ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "libcublasLt.so.12: cannot open shared object file: No such file | libcublasLt.so.12 of CUDA 12 is missing: install that, or put its folder on LD_LIBRARY_PATH",
        "libcudnn.so.9: cannot open shared object file | libcudnn.so.9 of cuDNN 9 is missing",
        "libcuda.so.1: cannot open shared object file | libcuda.so.1 is missing, which comes with the NVIDIA driver",
        "CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=0 | the NVIDIA driver is older than CUDA 12",
        "CUDA failure 101: invalid device ordinal ; GPU=7 | there is no GPU of that number",
        "CUDA failure 100: no CUDA-capable device is detected | CUDA sees no GPU",
        "CUDA failure 2: out of memory ; GPU=0 | its memory is taken: nvidia-smi shows by whom",
        "CUDA failure 209: no kernel image is available for execution on the device | has no code for a GPU of its generation",
        "CUDA failure 802: system not yet initialized | start nvidia-fabricmanager",
        "CUDA failure 46: all CUDA-capable devices are busy or unavailable | another process has it",
        "symbol lookup: undefined symbol: cudnnBackendFoo, version libcudnn | of another version",
        "something nobody has seen | see that nvidia-smi works, and that CUDA 12 and cuDNN 9 are installed"
      })
  void says_what_is_wrong_before_the_words_of_the_library(String said, String meaning) {
    String sentence = CudaTrouble.sentence(3, PLACE + said);

    assertThat(sentence)
        .startsWith("CUDA device 3 cannot be used: ")
        .contains(meaning)
        .contains("docs/gpu.md")
        .doesNotContain("onnxruntime_src")
        .doesNotContain("ProviderLibrary");
    assertThat(sentence.indexOf(meaning)).isLessThan(sentence.indexOf("ONNX Runtime says: "));
    assertThat(sentence).contains("ONNX Runtime says: " + said.substring(0, 20));
  }

  @Test
  void the_words_of_the_library_are_one_short_line() {
    String words = OnnxWords.of(PLACE + "many\nlines " + "and words ".repeat(10_000));

    assertThat(words).startsWith("many lines and words").hasSizeLessThan(210).doesNotContain("\n");
  }

  @Test
  void a_library_without_words_is_told_apart_from_nothing() {
    assertThat(CudaTrouble.sentence(0, null)).contains("see that nvidia-smi works");
  }
}
