package dev.penstock.router.api.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.router.api.exchange.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Base64ImageTest {
  @RepeatedTest(50)
  void decodes_what_was_encoded_with_or_without_noise(RepetitionInfo run) {
    var random = new Random(run.getCurrentRepetition());
    byte[] image = new byte[1 + random.nextInt(500)];
    random.nextBytes(image);
    String plain = Base64.getEncoder().encodeToString(image);
    assertThat(decode(plain)).isEqualTo(image);
    assertThat(decode("data:image/svg+xml;base64," + plain)).isEqualTo(image);
    assertThat(decode(Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(image)))
        .isEqualTo(image);
    assertThat(decode(plain.replaceAll("(.{7})", "$1 %\t"))).isEqualTo(image);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "====", "@@@@", "\n\n", "data:image/png;base64,"})
  void finds_nothing_in_empty_payloads(String text) {
    assertThatThrownBy(() -> decode(text)).isInstanceOf(ApiException.class);
  }

  @ParameterizedTest
  @CsvSource({"abcde", "a", "@a@"})
  void refuses_what_is_cut_off(String text) {
    assertThatThrownBy(() -> decode(text)).hasMessageContaining("Malformed base64 input image.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00ff\u00d8\u00ff\u00e0", "\u0089PNG\r\n"})
  void tells_raw_bytes_from_bad_text(String bytes) {
    byte[] raw = bytes.getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> Base64Image.decode(raw)).hasMessageContaining("contains raw bytes");
  }

  private static byte[] decode(String text) {
    return Base64Image.decode(text.getBytes(StandardCharsets.UTF_8));
  }
}
