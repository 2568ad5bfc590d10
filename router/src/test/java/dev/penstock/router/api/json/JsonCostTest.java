package dev.penstock.router.api.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.CharacterCodingException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a body of five megabytes allocates, whatever it is made of. */
final class JsonCostTest {
  private static final int BYTES = 5_000_000;

  /** Of a hundred thousand objects of one member, in a list that grows. */
  private static final long VALUES = 25_000_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5,",
        "{},",
        "[],",
        "{\"a\":{}},",
        "[[5]],",
        "\"\",",
        "\"abcdefgh\",",
        "0.5,",
        "NaN,",
        "1e999,",
        "123456789012,",
        " ",
        "\n",
        "{\"a\":[",
        "[",
        "9",
        "\\",
        "\"",
        "\u00e9",
        "0.0"
      })
  void is_bounded_in_lists(String piece) {
    assertThat(allocated("[" + repeated(piece) + "1]")).isLessThan(VALUES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "\\n", "\\u0041", "\\u20ac", "\\ud83d\\ude00", "é", "€", "😀", "\\\\"})
  void is_a_few_times_the_text_in_strings(String piece) {
    int bytes = BYTES / piece.getBytes(UTF_8).length * piece.getBytes(UTF_8).length;
    assertThat(allocated("{\"a\":\"" + repeated(piece) + "\"}")).isLessThan(4L * bytes + 100_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"a%s\":5,", "\"%s\":{},", "\"same\":5,"})
  void is_bounded_in_objects(String member) {
    var text = new StringBuilder("{");
    for (int i = 0; text.length() < BYTES; i++) {
      text.append(member.formatted(i));
    }
    assertThat(allocated(text.append("\"z\":1}").toString())).isLessThan(VALUES);
  }

  private static String repeated(String piece) {
    return piece.repeat(BYTES / piece.getBytes(UTF_8).length);
  }

  private static long allocated(String text) {
    byte[] body = text.getBytes(UTF_8);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      JsonReader.read(body);
    } catch (MalformedJsonException | UnreadableJsonException | CharacterCodingException refused) {
      assertThat(refused.getMessage()).hasSizeLessThan(100);
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
