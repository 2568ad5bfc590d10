package dev.penstock.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackagePathTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "weights.onnx",
        "big weights.data",
        "100%#1+2?&=;.bin",
        "a/b c/größe-重み-🚢.bin",
        "%41",
        "a+b",
        "~'()*!"
      })
  void names_come_back_and_are_plain_on_their_way(String name) {
    assertThat(PackagePath.encode(name)).matches("[A-Za-z0-9%._*/-]+");
    assertThat(PackagePath.decode(PackagePath.encode(name))).isEqualTo(name);
  }

  @Test
  void what_earlier_workers_ask_for_is_understood() {
    assertThat(PackagePath.decode("best.onnx_data")).isEqualTo("best.onnx_data");
    assertThat(PackagePath.decode("a+b.data")).isEqualTo("a+b.data");
  }
}
