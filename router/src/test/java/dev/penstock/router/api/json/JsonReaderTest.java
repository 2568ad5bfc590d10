package dev.penstock.router.api.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
  /** Places and words are what the reference server (1.8.3) answered to these very bodies. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "{|1|Expecting property name enclosed in double quotes",
        "{\"a\":}|5|Expecting value",
        "{\"a\" 1}|5|Expecting ':' delimiter",
        "{\"a\":1,}|7|Expecting property name enclosed in double quotes",
        "{a:1}|1|Expecting property name enclosed in double quotes",
        "{'a':1}|1|Expecting property name enclosed in double quotes",
        "{\"a\":1 \"b\":2}|7|Expecting ',' delimiter",
        "{\"a\":[1,]}|8|Expecting value",
        "{\"a\":[1 2]}|8|Expecting ',' delimiter",
        "{\"a\":tru}|5|Expecting value",
        "{\"a\":\"x|5|Unterminated string starting at",
        "{\"a\":\"x\\|5|Unterminated string starting at",
        "{\"a\":\"\t\"}|6|Invalid control character at",
        "{\"a\":\"\\x\"}|6|Invalid \\escape",
        "{\"a\":\"\\u12g4\"}|7|Invalid \\uXXXX escape",
        "{\"a\":\"\\u12\"}|7|Invalid \\uXXXX escape",
        "{} {}|3|Extra data",
        "{}x|2|Extra data",
        "{\"a\":1} // c|8|Extra data",
        "// c|0|Expecting value",
        "{\"a\":01}|6|Expecting ',' delimiter",
        "{\"a\":1.}|6|Expecting ',' delimiter",
        "{\"a\":.5}|5|Expecting value",
        "{\"a\":-}|5|Expecting value",
        "{\"a\":+1}|5|Expecting value",
        "{\"a\":1e}|6|Expecting ',' delimiter",
        "{\"a\":\"é\" x}|9|Expecting ',' delimiter",
        "{\"a\":\"\uD83D\uDE00\" x}|9|Expecting ',' delimiter",
        "{\"a\":nul|5|Expecting value",
        "nan|0|Expecting value",
        "{\"a\":-NaN}|5|Expecting value",
        "  |2|Expecting value",
        "\u000b{}|0|Expecting value",
        "{\"a\":1,\"b\"|10|Expecting ':' delimiter",
        "[|1|Expecting value",
      })
  void what_is_wrong_is_said_with_its_place(String text, int position, String problem) {
    var fault =
        catchThrowableOfType(
            MalformedJsonException.class, () -> JsonReader.read(text.getBytes(UTF_8)));
    assertThat(fault.position()).isEqualTo(position);
    assertThat(fault.problem()).isEqualTo(problem);
  }

  @Test
  void what_python_reads_is_read() throws Exception {
    assertThat(read("{\"a\":NaN,\"b\":-Infinity,\"c\":Infinity}"))
        .isEqualTo(
            Map.of("a", Double.NaN, "b", Double.NEGATIVE_INFINITY, "c", Double.POSITIVE_INFINITY));
    assertThat(read("[1, -2.5, 3e2, 1e999999999, -0, 12345678901, 123456789012345678901]"))
        .isEqualTo(
            List.of(
                1, -2.5, 300.0, Double.POSITIVE_INFINITY, 0, 12345678901L, 1.2345678901234568e20));
    assertThat(read("\"\\ud83d\\ude00 \\u00e9\\n\\/ \\ud800x\"")).isEqualTo("😀 é\n/ \ufffdx");
    assertThat(read("{\"a\":1,\"a\":2}")).isEqualTo(Map.of("a", 2));
    assertThat(read(" null\r\n")).isNull();
    assertThat(read("[[],{},true,false,null,\"\u007f\"]"))
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
        .hasSize(6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"})
  void every_utf_is_read_with_and_without_its_mark(String name) throws Exception {
    Charset charset = Charset.forName(name);
    assertThat(JsonReader.read("{\"a\":\"é\"}".getBytes(charset)).value())
        .isEqualTo(Map.of("a", "é"));
    assertThat(JsonReader.read("\ufeff{\"a\":\"é\"}".getBytes(charset)).value())
        .isEqualTo(Map.of("a", "é"));
    assertThatThrownBy(() -> JsonReader.read("\ufeff{\"é\":x}".getBytes(charset)))
        .hasMessage("Expecting value at 5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":\"\u00ff\"}",
        "{} \u00c3",
        "\u00ff\u00fea",
        "{\"a\":\"\u00ed\u00a0\u0080\"}"
      })
  void what_is_no_text_is_refused(String bytes) {
    assertThatThrownBy(() -> JsonReader.read(bytes.getBytes(ISO_8859_1)))
        .isInstanceOf(CharacterCodingException.class);
  }

  @Test
  void depth_has_a_bound() throws Exception {
    int deep = JsonReader.DEEPEST;
    assertThat(read("[".repeat(deep) + "]".repeat(deep))).isNotNull();
    unreadable("[".repeat(deep + 1) + "]".repeat(deep + 1));
    unreadable("{\"a\":".repeat(1_000_000));
  }

  @Test
  void digits_have_a_bound() throws Exception {
    assertThat(read("9".repeat(4_300))).isEqualTo(Double.POSITIVE_INFINITY);
    unreadable("9".repeat(4_301));
    assertThat(read("0." + "4".repeat(1_000_000))).isEqualTo(4.0 / 9);
    assertThat(read("1e" + "9".repeat(1_000_000))).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void values_have_a_bound_beyond_which_they_are_only_checked() throws Exception {
    int most = JsonReader.MOST_VALUES;
    assertThat(JsonReader.read(("[" + "5,".repeat(most - 2) + "5]").getBytes(UTF_8)).whole())
        .isTrue();
    for (String more :
        List.of("5,", "{},", "[1],", "\"\\n\",", "{\"a\":[null]},", "NaN,", "-1.5e3,")) {
      String text = "{\"a\":[" + "5,".repeat(most) + more.repeat(3) + "5],\"b\":1}";
      var reading = JsonReader.read(text.getBytes(UTF_8));
      assertThat(reading.whole()).isFalse();
      assertThat(requireNonNull((Map<?, ?>) reading.value()).keySet()).isEqualTo(Set.of("a"));
      assertThatThrownBy(() -> read(text + "x")).hasMessageStartingWith("Extra data at");
    }
    String same = "{" + "\"a\":5,".repeat(most) + "\"a\":5}";
    assertThat(JsonReader.read(same.getBytes(UTF_8)).whole()).isFalse();
    unreadable("[" + "5,".repeat(most) + "9".repeat(5_000) + "]");
  }

  @RepeatedTest(200)
  void what_others_write_is_read_as_they_meant_it(RepetitionInfo run) throws Exception {
    var random = new SplittableRandom(run.getCurrentRepetition());
    Object value = value(random, 0);
    String text =
        run.getCurrentRepetition() % 2 == 0 ? Json.encode(value) : Json.encodePrettily(value);
    Object read = read(text);
    assertThat(Json.encode(read)).isEqualTo(Json.encode(value));
  }

  @RepeatedTest(300)
  void what_is_garbled_is_read_or_refused(RepetitionInfo run) throws Exception {
    var random = new SplittableRandom(run.getCurrentRepetition());
    byte[] text = Json.encode(value(random, 0)).getBytes(UTF_8);
    for (int i = 0; i < 3; i++) {
      text[random.nextInt(text.length)] = (byte) random.nextInt(256);
    }
    try {
      JsonReader.read(text);
    } catch (MalformedJsonException e) {
      assertThat(e.position()).isBetween(0, text.length);
    } catch (CharacterCodingException noText) {
      assertThat(noText).isNotNull();
    }
  }

  private static Object value(SplittableRandom random, int depth) {
    return switch (random.nextInt(depth > 4 ? 5 : 7)) {
      case 0 -> random.nextLong() >> random.nextInt(64);
      case 1 -> random.nextInt(1000) / 8.0;
      case 2 -> random.nextBoolean();
      case 3 -> text(random);
      case 4 -> "";
      case 5 -> {
        var list = new ArrayList<Object>();
        for (int i = random.nextInt(6); i > 0; i--) {
          list.add(value(random, depth + 1));
        }
        yield new JsonArray(list);
      }
      default -> {
        var map = new HashMap<String, Object>();
        for (int i = random.nextInt(6); i > 0; i--) {
          map.put(text(random), value(random, depth + 1));
        }
        yield new JsonObject(map);
      }
    };
  }

  private static String text(SplittableRandom random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      int point = random.nextInt(1 << (1 + random.nextInt(20)));
      text.appendCodePoint(point >= 0xd800 && point < 0xe000 ? '"' : point);
    }
    return text.toString();
  }

  private static @Nullable Object read(String text) throws Exception {
    return JsonReader.read(text.getBytes(UTF_8)).value();
  }

  private static void unreadable(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(UnreadableJsonException.class);
  }
}
