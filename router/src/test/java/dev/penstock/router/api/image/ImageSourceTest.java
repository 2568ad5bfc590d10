package dev.penstock.router.api.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageSourceTest {
  @Test
  void types_are_read_in_any_case() {
    assertThat(ImageSource.declared("URL", "https://a.b/c"))
        .isEqualTo(new ImageSource.Url("https://a.b/c"));
    assertThat(ImageSource.declared("Base64", "AAAA")).isInstanceOf(ImageSource.Base64String.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "FILE", "numpy", "numpy_object", "pil", "multipart", ""})
  void other_types_are_refused(String type) {
    assertThatThrownBy(() -> ImageSource.declared(type, "/etc/passwd"))
        .hasMessageContaining("400")
        .hasMessageNotContaining("passwd");
  }

  @Test
  void values_must_be_text() {
    assertThatThrownBy(() -> ImageSource.declared("base64", 7)).hasMessageContaining("Empty");
    assertThatThrownBy(() -> ImageSource.declared("url", null)).hasMessageContaining("Empty");
  }
}
