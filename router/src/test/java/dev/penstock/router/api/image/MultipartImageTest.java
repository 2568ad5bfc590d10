package dev.penstock.router.api.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.router.api.exchange.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartImageTest {
  private static final String TYPE = "multipart/form-data; boundary=\"a b\"";
  private static final String FILE = "form-data; name=\"file\"; filename=\"x\"";

  @RepeatedTest(20)
  void finds_any_bytes(RepetitionInfo run) {
    byte[] image = new byte[1 + 3_000 * run.getCurrentRepetition()];
    new Random(run.getCurrentRepetition()).nextBytes(image);
    assertThat(MultipartImage.file(TYPE, bytes(part(FILE, latin(image)) + "--a b--\r\n")))
        .isEqualTo(image);
  }

  @Test
  void the_last_of_several_files_counts_and_other_parts_do_not() {
    String form =
        part("form-data; name=\"api_key\"", "k")
            + part(FILE, "first")
            + part(FILE, "second")
            + part("form-data; name=\"other\"; filename=\"y\"", "no")
            + "--a b--\r\n";
    assertThat(MultipartImage.file(TYPE, bytes(form))).isEqualTo(bytes("second"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no form at all",
        "--a b\r\n",
        "--a b--\r\n",
        "--a b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\ncut",
        "--a b\r\nContent-Disposition: form-data; filename=\"x\"\r\n\r\nx\r\n--a b--\r\n",
        "--a b\r\n\r\nx\r\n--a b--\r\n"
      })
  void malformed_forms_are_the_clients_fault(String form) {
    assertThatThrownBy(() -> MultipartImage.file(TYPE, bytes(form)))
        .isInstanceOf(ApiException.class)
        .hasMessageStartingWith("400");
  }

  @Test
  void an_empty_file_is_no_image() {
    assertThatThrownBy(() -> MultipartImage.file(TYPE, bytes(part(FILE, "") + "--a b--\r\n")))
        .hasMessageContaining("Empty image payload.");
  }

  @RepeatedTest(100)
  void garbled_forms_never_end_in_anything_but_an_answer(RepetitionInfo run) {
    var random = new Random(run.getCurrentRepetition());
    byte[] form = bytes(part(FILE, "image") + part("form-data; name=\"a\"", "b") + "--a b--\r\n");
    for (int i = 0; i < 5; i++) {
      form[random.nextInt(form.length)] = (byte) random.nextInt(256);
    }
    try {
      assertThat(MultipartImage.file(TYPE, form)).isNotEmpty();
    } catch (ApiException expected) {
      assertThat(expected.answer().status()).isEqualTo(400);
    }
  }

  private static String part(String disposition, String content) {
    return "--a b\r\nContent-Disposition: " + disposition + "\r\n\r\n" + content + "\r\n";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
