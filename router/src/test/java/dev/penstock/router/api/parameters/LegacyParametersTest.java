package dev.penstock.router.api.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.job.Confidence;
import dev.penstock.job.JobParameters;
import dev.penstock.job.PreprocessStep;
import dev.penstock.router.api.exchange.ApiException;
import dev.penstock.router.api.parameters.LegacyParameters.Format;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LegacyParametersTest {
  @Test
  void an_empty_query_asks_for_the_defaults() {
    LegacyParameters parameters = LegacyParameters.parse(name -> null);
    assertThat(parameters.job()).isEqualTo(JobParameters.DEFAULTS);
    assertThat(parameters.format()).isEqualTo(Format.JSON);
    assertThat(parameters.imageUrl()).isNull();
    assertThat(parameters.imageType()).isEqualTo("base64");
  }

  @ParameterizedTest
  @CsvSource({
    "40, 0.4",
    "0.4, 0.4",
    "1, 0.01",
    "0, 0.01",
    "100, 1.0",
    "0.005, 0.01",
    "-3, 0.01",
    "1e1, 0.1",
    "' 25 ', 0.25",
    ".5, 0.5",
    "99.5, 0.995"
  })
  void confidence_from_one_on_is_a_percentage_and_has_a_floor(String given, double asked) {
    Confidence confidence = parse("confidence", given).job().confidence();
    assertThat(confidence.mode()).isEqualTo(Confidence.Mode.VALUE);
    assertThat(confidence.value()).isEqualTo(asked, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"best, BEST", "default, DEFAULT"})
  void confidence_may_be_left_to_the_model(String given, Confidence.Mode mode) {
    assertThat(parse("confidence", given).job().confidence().mode()).isEqualTo(mode);
  }

  @ParameterizedTest
  @CsvSource({"30, 0.3", "0.3, 0.3", "1, 0.01", "0, 0", "100, 1"})
  void overlap_has_no_floor(String given, double asked) {
    assertThat(parse("overlap", given).job().iouThreshold()).isEqualTo(asked, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "True", "1", "YES", "on", "t", "y"})
  void truth_has_many_words(String word) {
    assertThat(parse("disable_preproc_static_crop", word).job().disabled())
        .containsExactly(PreprocessStep.STATIC_CROP);
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "False", "0", "no", "OFF", "f", "n"})
  void so_has_falsehood(String word) {
    assertThat(parse("disable_preproc_static_crop", word).job().disabled()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "confidence, abc",
    "confidence, ''",
    "confidence, NaN",
    "confidence, Infinity",
    "confidence, 0x1p3",
    "confidence, 1d",
    "confidence, 1e9999",
    "overlap, x",
    "stroke, 1.5",
    "max_detections, -1",
    "max_detections, 3x",
    "labels, 2",
    "labels, ''",
    "disable_preproc_grayscale, maybe"
  })
  void what_does_not_fit_is_named(String name, String value) {
    assertThatThrownBy(() -> parse(name, value))
        .isInstanceOf(ApiException.class)
        .hasMessageStartingWith("422")
        .hasMessageContaining("\"query\",\"" + name + "\"");
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "-0, 1", "1, 1", "7, 7", "99999999999, 32767"})
  void lines_have_a_width_that_can_be_drawn(String given, int stroke) {
    var drawing =
        LegacyParameters.parse(Map.of("format", "image", "stroke", given)::get).job().drawing();
    assertThat(drawing).isNotNull().extracting(d -> d.stroke()).isEqualTo(stroke);
  }

  @Test
  void classes_are_names_between_commas() {
    assertThat(parse("classes", "a, b ,,c").job().classFilter()).containsExactly("a", "b", "c");
    assertThat(parse("classes", "").job().classFilter()).isEmpty();
  }

  @Test
  void only_formats_with_a_picture_ask_for_one() {
    assertThat(parse("labels", "true").job().drawing()).isNull();
    assertThat(parse("format", "image").job().drawing()).isNotNull();
    assertThat(parse("format", "image_and_json").job().drawing()).isNotNull();
    assertThat(parse("format", "xml").job().drawing()).isNull();
  }

  private static LegacyParameters parse(String name, String value) {
    return LegacyParameters.parse(Map.of(name, value)::get);
  }
}
