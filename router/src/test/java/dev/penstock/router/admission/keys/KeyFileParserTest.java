package dev.penstock.router.admission.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyFileParserTest {
  private static final String KEY = "penstock_0123456789";

  @Test
  void reads_everything_that_is_said_of_a_key() {
    List<ApiKey> keys =
        parse(
            """
            # whom, what
            shop-floor:
              hash: <a-key>
              weight: 2.5
              rate: 50 images/s
              burst: 100
              models: [coco/*, parts/07]
            ops: {hash: <another>, admin: yes}
            """);

    assertThat(keys)
        .containsExactly(
            new ApiKey(
                "shop-floor",
                KeyHash.of("a-key"),
                2.5,
                new RateLimit(50, RateLimit.Unit.IMAGES, 100),
                ModelPatterns.of(List.of("coco/*", "parts/7")),
                false),
            new ApiKey("ops", KeyHash.of("another"), 1, null, ModelPatterns.ALL, true));
  }

  @Test
  void one_model_needs_no_list() {
    assertThat(parse("a: {hash: <k>, models: coco/1}").get(0).models())
        .isEqualTo(ModelPatterns.of(List.of("coco/1")));
  }

  @Test
  void an_anchor_may_say_what_several_keys_share() {
    List<ApiKey> keys =
        parse("a: {hash: <k>, models: &few [coco/*]}\nb: {hash: <l>, models: *few}");
    assertThat(keys.get(1).models()).isEqualTo(keys.get(0).models());
  }

  @Test
  void thousands_of_keys_are_no_trouble() {
    String yaml =
        IntStream.range(0, 10_000)
            .mapToObj(i -> "k" + i + ": {hash: <key-" + i + ">}")
            .reduce(new StringBuilder(), (all, line) -> all.append(line).append('\n'), (a, b) -> a)
            .toString();
    assertThat(parse(yaml)).hasSize(10_000);
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        Arguments.of("", "keys.yaml holds no keys"),
        Arguments.of("# nothing\n", "keys.yaml holds no keys"),
        Arguments.of("{}", "'penstock keys create'"),
        Arguments.of("- a\n- b", "keys.yaml:1: a key file starts with a name"),
        Arguments.of("a: {hash: <k>}\nb: [", "keys.yaml:2: this is not valid YAML"),
        Arguments.of("a: {hash: <k>}\n\ta: 1", "keys.yaml:2: this is not valid YAML"),
        Arguments.of("\na b: {hash: <k>}", "keys.yaml:2: a name is at most 64 letters"),
        Arguments.of("[a]: {hash: <k>}", "keys.yaml:1: a name is at most 64 letters"),
        Arguments.of(KEY + ": {hash: <k>}", "keys.yaml:1: this name looks like a key"),
        Arguments.of(
            "a: {hash: <k>}\na: {hash: <l>}", "keys.yaml:2: there is another key called 'a'"),
        Arguments.of("a: {hash: <k>}\nb: {hash: <k>}", "keys.yaml:2: 'b' has the hash of 'a'"),
        Arguments.of("a: " + KEY, "keys.yaml:1: say what 'a' is"),
        Arguments.of("a:", "keys.yaml:1: say what 'a' is"),
        Arguments.of("a:\n  weight: 2", "keys.yaml:1: 'a' has no hash: 'penstock keys create'"),
        Arguments.of("a:\n  key: " + KEY, "keys.yaml:2: keys do not stand here in clear text"),
        Arguments.of("a:\n  API_KEY: " + KEY, "run 'penstock keys hash'"),
        Arguments.of("a:\n  hash: " + KEY, "keys.yaml:2: a hash is 'sha256:' and 64 hexadecimal"),
        Arguments.of("a:\n  hash: sha256:abc", "keys do not stand here in clear text"),
        Arguments.of("a:\n  hash:", "keys.yaml:2: 'hash' has no value"),
        Arguments.of("a:\n  hash: [x]", "keys.yaml:2: 'hash' has no value, or not a single one"),
        Arguments.of(
            "a:\n  hash: <k>\n  wieght: 2",
            "keys.yaml:3: 'wieght' is nothing that is read: did you mean 'weight'?"),
        Arguments.of(
            "a:\n  hash: <k>\n  qqq: 2", "keys.yaml:3: this is none of hash, weight, rate"),
        Arguments.of("a:\n  hash: <k>\n  hash: <k>", "keys.yaml:3: 'hash' stands here twice"),
        Arguments.of("a:\n  hash: <k>\n  admin: maybe", "keys.yaml:3: 'admin' is true or false"),
        Arguments.of(
            "a:\n  hash: <k>\n  admin: true\n  models: coco/1",
            "keys.yaml:4: 'admin' is for all models"),
        Arguments.of("a:\n  hash: <k>\n  models: []", "keys.yaml:3: give at least one model"),
        Arguments.of(
            "a:\n  hash: <k>\n  models: [a/b/c]", "keys.yaml:3: write a model as dataset/version"),
        Arguments.of("a:\n  hash: <k>\n  rate: fast", "keys.yaml:3: write a rate"),
        Arguments.of(
            "a:\n  hash: <k>\n  burst: 3", "keys.yaml:3: 'burst' means nothing without 'rate'"),
        Arguments.of(
            "a:\n  hash: <k>\n  rate: 3 images/s\n  burst: 0",
            "keys.yaml:4: 'burst' is a whole number"),
        Arguments.of(
            "a:\n  hash: <k>\n  rate: 3 images/s\n  burst: 1000001",
            "keys.yaml:4: 'burst' is a whole number"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void what_is_wrong_is_said_with_its_line_and_without_what_may_be_a_key(
      String yaml, String sentence) {
    assertThatExceptionOfType(KeyFileException.class)
        .isThrownBy(() -> parse(yaml))
        .withMessageContaining(sentence)
        .withMessageNotContaining(KEY)
        .withMessageNotContaining(KeyHash.of("k").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "x", "NaN", "1e3", "Infinity", "1000.5", "0.0001", "1,5"})
  void a_weight_is_a_number_that_others_can_live_with(String weight) {
    assertThatExceptionOfType(KeyFileException.class)
        .isThrownBy(() -> parse("a: {hash: <k>, weight: '" + weight + "'}"))
        .withMessage(
            "keys.yaml:1: a weight is a number from 0.001 to 1000; 1 when nothing is said");
  }

  private static List<ApiKey> parse(String yaml) {
    return KeyFileParser.parse("keys.yaml", KeyFixtures.hashed(yaml));
  }
}
