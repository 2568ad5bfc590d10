package dev.penstock.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PlainWordsTest {
  private static final String JAVA =
      "(?s).*(Exception|null|java\\.|Error\\b|out of bounds|length \\d|input string|Source|radix|\\bcode\\b|heap|cast).*";

  /** What Java itself says when something was forgotten. */
  @SuppressWarnings("NullAway") // on purpose
  static List<ThrowingCallable> mistakes() {
    @Nullable Map<String, String> nothing = Map.<String, Map<String, String>>of().get("a");
    Object number = 5;
    return List.of(
        () -> nothing.get("a"),
        () -> nothing.entrySet().iterator().next().getKey().length(),
        () -> List.of(1).get(1),
        () -> new java.util.ArrayList<>(List.of(1)).get(7),
        () -> "abc".substring(2, 1),
        () -> "abc".substring(7),
        () -> "abc".charAt(9),
        () -> System.arraycopy(new int[1], 0, new int[1], 0, 2),
        () -> assertThat(new int[] {1}[3]).isZero(),
        () -> Integer.parseInt("a\nb"),
        () -> Integer.parseInt("zz", 16),
        () -> Long.parseLong(""),
        () -> Double.parseDouble("x"),
        () -> assertThat((String) number).isNull(),
        () -> Optional.empty().orElseThrow(),
        () -> List.of().iterator().next(),
        () -> Path.of("a\u0000b"),
        () -> Thread.State.valueOf("nope"),
        () -> new JsonObject("{\"a\":}"),
        () -> new JsonObject("{\"a\":\u0001}"),
        () -> new JsonObject("[").getString("a"),
        () -> new JsonObject("{\"a\":[]}").getInteger("a"),
        () -> Files.readString(Path.of("/no/such/file")),
        () -> {
          throw new RuntimeException(new NullPointerException());
        },
        () -> {
          throw new IllegalStateException("java.io.IOException: java.lang.Error: null");
        },
        () -> {
          throw new OutOfMemoryError("Java heap space");
        },
        () -> {
          throw new StackOverflowError();
        });
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void nothing_of_java_is_left(ThrowingCallable mistake) {
    Throwable caught = catchThrowable(mistake);
    assertThat(PlainWords.of(caught)).isNotBlank().doesNotMatch(JAVA);
    assertThat(PlainWords.of("It failed: " + caught)).startsWith("It failed: ").doesNotMatch(JAVA);
    assertThat(PlainWords.of("It failed (" + caught.getMessage() + "). Try again."))
        .startsWith("It failed ")
        .doesNotMatch(JAVA);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "it has no weights: add weights.onnx",
        "ONNX Runtime: Error code - ORT_FAIL - message: Load model from a.onnx failed",
        "The image has 5 x 7 pixels, the limit is 3 in all: send a smaller one.",
        "Connection refused: router/10.0.0.1:9002",
        "coco/1/environment.json: 'network_input' is missing",
        "the range of com.example.com is 5",
        "Permission denied"
      })
  void what_was_written_for_people_stays(String text) {
    assertThat(PlainWords.of(text)).isEqualTo(text);
  }

  @Test
  void files_are_named() {
    assertThat(PlainWords.of(new java.nio.file.NoSuchFileException("/a/b")))
        .isEqualTo("/a/b does not exist");
    assertThat(PlainWords.of(new AccessDeniedException("/a/b"))).isEqualTo("/a/b may not be read");
    assertThat(PlainWords.of(new FileSystemException("/a", null, "Too many open files")))
        .isEqualTo("/a: Too many open files");
    assertThat(PlainWords.of(new IOException())).isEqualTo("internal error");
  }

  @Test
  void json_says_where() {
    assertThat(PlainWords.of(catchThrowable(() -> new JsonObject("{\n\"a\":}"))))
        .endsWith("in line 2, column 5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "null ",
        "java.",
        "Cannot a because ",
        "IndexA ",
        "Index 1 ",
        "😀",
        "(code 1"
      })
  void it_is_short_however_long_the_text(String piece) {
    String words = PlainWords.of(piece.repeat(3_000_000));
    assertThat(words.length()).isLessThanOrEqualTo(PlainWords.LONGEST);
    assertThat(words.getBytes(java.nio.charset.StandardCharsets.UTF_8)).doesNotContain('?');
  }
}
