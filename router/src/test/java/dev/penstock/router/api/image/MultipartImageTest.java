package dev.penstock.router.api.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import dev.penstock.router.api.exchange.ApiException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartImageTest {
  private static final String TYPE = "multipart/form-data; boundary=\"a b\"";
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
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

  /** Each was read by the reference server's parser, or is what others send. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "form-data; name=\"file\"; filename=\"x\";",
        "form-data; name=\"file\"; filename=\"x\"; ;",
        "attachment; name=\"file\"; filename=\"x\"",
        "file; name=\"file\"; filename=\"x\"",
        "FORM-DATA; NAME=\"file\"; FILENAME=\"x\"",
        "form-data; name=file; filename=x",
        "form-data; name = \"file\" ; filename = \"x\" ",
        "form-data;name=\"file\";filename=\"x\"",
        "form-data; name=\"file\"; filename=\"a;b=c.jpg\"",
        "form-data; name=\"file\"; filename=\"a\\\"b.jpg\"",
        "form-data; name=\"file\"; filename=\"C:\\dir\\a.jpg\"",
        "form-data; name=\"file\"; filename=\"x",
        "form-data; name=\"file\"; filename*=UTF-8''%e2%82%ac.jpg",
        "form-data; name=\"file\"; filename*=klingon''%zz",
        "form-data; name=\"file\"; filename*=x",
        "form-data; name=\"file\"; filename=\"\"",
        "form-data; name=\"file\"; filename",
        "form-data; name=\"a\"; name=\"file\"; filename=\"x\"",
        "form-data; x; =; =y; name=\"file\"; \"; filename=\"x\"",
        "form-data;\r\n name=\"file\";\r\n\tfilename=\"x\"",
        "form-data; name=\"file\"; filename=\"x\"\r\nContent-Type: image/jpeg; charset=klingon",
        "form-data; name=\"file\"; filename=\"x\"\r\nContent-Transfer-Encoding: klingon",
        "form-data; name=\"file\"; filename=\"x\"\r\nContent-Transfer-Encoding: base64",
        "form-data; name=\"file\"; filename=\"x\"\r\nContent-Length: klingon",
        "form-data; name=\"file\"; filename=\"x\"\r\nNo colon",
        "form-data; name=\"a\"\r\ncontent-DISPOSITION:form-data; name=\"file\"; filename=\"x\"",
      })
  void a_disposition_may_be_written_in_many_ways(String disposition) {
    assertThat(MultipartImage.file(TYPE, bytes(part(disposition, "AAAA") + "--a b--\r\n")))
        .isEqualTo(bytes("AAAA"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multipart/form-data; boundary=B",
        "multipart/form-data;boundary=B",
        "multipart/form-data; boundary=\"B\"",
        "multipart/form-data; boundary=B ; x=y",
        "multipart/form-data; boundary=B;",
        "multipart/form-data; boundary = B",
        "multipart/form-data; BOUNDARY=B",
        "Multipart/Form-Data; boundary=C; boundary=B",
        "multipart/form-data; boundary=B; charset=klingon",
      })
  void a_boundary_may_be_written_in_many_ways(String type) {
    assertThat(MultipartImage.file(type, bytes(part(FILE, "x").replace("a b", "B") + "--B--")))
        .isEqualTo(bytes("x"));
  }

  @Test
  void a_boundary_may_have_blanks_and_be_long() {
    for (String boundary : List.of("a b", "'(:)+_,-./=?", "y".repeat(300))) {
      String form = part(FILE, "x").replace("a b", boundary) + "--" + boundary + "--\r\n";
      assertThat(
              MultipartImage.file(
                  "multipart/form-data; boundary=\"" + boundary + "\"", bytes(form)))
          .isEqualTo(bytes("x"));
    }
    assertThat(
            MultipartImage.file(
                "multipart/form-data; boundary=a b", bytes(part(FILE, "x") + "--a b--")))
        .isEqualTo(bytes("x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multipart/form-data",
        "multipart/form-data; boundary",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"\"",
        "multipart/form-data boundary=B",
        "multipart/form-data; boundary=C",
      })
  void without_its_boundary_a_form_cannot_be_read(String type) {
    assertThatThrownBy(
            () -> MultipartImage.file(type, bytes(part(FILE, "x").replace("a b", "B") + "--B--")))
        .hasMessageStartingWith("400")
        .hasMessageContaining("boundary");
  }

  @Test
  void what_stands_around_the_parts_does_not_matter() {
    String part = part(FILE, "x");
    assertThat(MultipartImage.file(TYPE, bytes("hello\r\n" + part + "--a b--\r\nbye\r\n--a b")))
        .isEqualTo(bytes("x"));
    assertThat(MultipartImage.file(TYPE, bytes("\r\n" + part + "--a b--"))).isEqualTo(bytes("x"));
    assertThat(
            MultipartImage.file(
                TYPE, bytes((part + "--a b--\r\n").replace("--a b\r", "--a b \t\r"))))
        .isEqualTo(bytes("x"));
  }

  @Test
  void line_feeds_do() {
    assertThat(MultipartImage.file(TYPE, bytes((part(FILE, "x") + "--a b--\n").replace("\r", ""))))
        .isEqualTo(bytes("x"));
  }

  @Test
  void what_resembles_the_boundary_is_content() {
    String content = "a\r\n--a bx\r\n--a\r\n--a b-\r\n\n--a b\r-- a b--\r\n";
    assertThat(MultipartImage.file(TYPE, bytes(part(FILE, content) + "--a b--\r\n")))
        .isEqualTo(bytes(content));
  }

  @Test
  void many_parts_may_stand_before_the_file_but_not_any_number() {
    String other = part("form-data; name=\"a\"", "x");
    assertThat(
            MultipartImage.file(TYPE, bytes(other.repeat(1_000) + part(FILE, "x") + "--a b--\r\n")))
        .isEqualTo(bytes("x"));
    assertThatThrownBy(
            () ->
                MultipartImage.file(
                    TYPE, bytes(other.repeat(2_000) + part(FILE, "x") + "--a b--\r\n")))
        .hasMessageContaining("more than 2000 parts");
  }

  @Test
  void a_field_is_no_file_and_the_last_counts() {
    String field = part("form-data; name=\"file\"", "x");
    String mixed =
        part(
            "form-data; name=\"file\"\r\nContent-Type: multipart/mixed; boundary=C",
            "--C\r\nContent-Disposition: file; filename=\"x\"\r\n\r\nD\r\n--C--");
    for (String form : List.of(field, part(FILE, "x") + field, mixed)) {
      assertThatThrownBy(() -> MultipartImage.file(TYPE, bytes(form + "--a b--")))
          .hasMessageContaining("Invalid Content-Type header provided with request.");
    }
    assertThat(MultipartImage.file(TYPE, bytes(field + part(FILE, "y") + "--a b--")))
        .isEqualTo(bytes("y"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "File|form-data; name=\"File\"; filename=\"x\"",
        "quotes|form-data; name='file'; filename='x'",
        "no name|form-data; filename=\"x\"",
        "charset of a name|form-data; name*=UTF-8''file; filename=\"x\"",
        "no type|name=\"file\"; filename=\"x\"",
        "nothing|",
      })
  void other_parts_are_not_the_file(String called) {
    String form = part(called.substring(called.indexOf('|') + 1), "x") + "--a b--\r\n";
    assertThatThrownBy(() -> MultipartImage.file(TYPE, bytes(form)))
        .hasMessageContaining("Expected image to be send in part named 'file'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"; a=b", ";", "; \"", ";=", "; filename*=UTF-8''%zz", "\r\n ", "\r\nX: y", "x"})
  void a_head_of_megabytes_is_refused_before_it_is_read(String piece) {
    String head = FILE + piece.repeat(4_000_000 / piece.length());
    byte[] form = bytes(part(head, "x") + "--a b--\r\n");
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Throwable refusal = catchThrowable(() -> MultipartImage.file(TYPE, form));
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertThat(refusal).hasMessageContaining("head of a part is longer than 16384 bytes");
    assertThat(allocated).isLessThan(1_000_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n--a", "\n--a bx", "\n", "-", "\r\n--a b\r", "--a b", "\r\n--a b-"})
  void look_alikes_of_the_boundary_cost_nothing(String piece) {
    byte[] content = bytes(piece.repeat(4_000_000 / piece.length()));
    byte[] form = bytes(part(FILE, latin(content)) + "--a b--\r\n");
    long before = THREADS.getCurrentThreadAllocatedBytes();
    byte[] found = MultipartImage.file(TYPE, form);
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertThat(found).isEqualTo(content);
    assertThat(allocated).isLessThan(content.length + 100_000);
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
