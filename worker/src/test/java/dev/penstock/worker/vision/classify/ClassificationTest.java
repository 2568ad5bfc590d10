package dev.penstock.worker.vision.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.job.Confidence;
import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.ClassScore;
import dev.penstock.worker.vision.Descriptions;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.Predictions.Label;
import dev.penstock.worker.vision.Predictions.Labels;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Placement;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassificationTest {
  private static final Placement ANYWHERE =
      Placement.stretched(new ImageSize(9, 9), new ImageSize(3, 3));

  private static ModelDescription model(boolean fused) {
    return Descriptions.model("vit", "classification", fused, List.of("ant", "bee", "cat"));
  }

  private static Label label(boolean fused, Confidence confidence, float... scores) {
    var family = new SingleLabelClassification(model(fused), model(fused).input());
    return (Label) predictions(family, confidence, scores);
  }

  private static Labels labels(boolean fused, Confidence confidence, float... scores) {
    var family = new MultiLabelClassification(model(fused), model(fused).input());
    return (Labels) predictions(family, confidence, scores);
  }

  private static Object predictions(ModelFamily family, Confidence confidence, float... scores) {
    var parameters =
        JobParameters.fromJson(
            JobParameters.DEFAULTS.toJson().put("confidence", confidence.toString()));
    var output = new Tensor(FloatBuffer.wrap(scores), new int[] {scores.length});
    return family.predictions(List.of(output), ANYWHERE, parameters);
  }

  @Test
  void one_label_takes_shares_of_all_scores_rounded_to_four_decimals() {
    assertThat(label(false, Confidence.of(0.05), 1, 3, 2).found())
        .containsExactly(
            new ClassScore("bee", 1, 0.6652),
            new ClassScore("cat", 2, 0.2447),
            new ClassScore("ant", 0, 0.09));
  }

  @Test
  void scores_of_a_network_that_does_it_itself_stay_as_they_are() {
    assertThat(label(true, Confidence.of(0.25), 0.25f, 0.5f, 0.24f).found())
        .extracting(ClassScore::confidence)
        .containsExactly(0.5, 0.25);
    assertThat(labels(true, Confidence.of(0.25), 0.25f, 0.5f, 0.24f).predicted())
        .containsExactly("ant", "bee");
  }

  /** A half is what the reference takes for words. */
  @ParameterizedTest
  @ValueSource(strings = {"best", "default"})
  void words_for_the_confidence_mean_a_half_for_one_label(String word) {
    assertThat(label(true, Confidence.parse(word), 0.49f, 0.5f, 0.01f).found())
        .extracting(ClassScore::className)
        .containsExactly("bee");
  }

  @ParameterizedTest
  @CsvSource({"best, 0.4", "default, 0.4", "0.7, 0.7"})
  void many_labels_are_those_at_least_as_sure_as_the_threshold(String confidence, float threshold) {
    float below = Math.nextDown(threshold);

    assertThat(labels(true, Confidence.parse(confidence), threshold, below, 0).predicted())
        .containsExactly("ant");
  }

  @Test
  void many_labels_are_all_listed_each_by_its_own_sigmoid() {
    Labels labels = labels(false, Confidence.of(0.9), 0, -100, 100);

    assertThat(labels.all()).extracting(ClassScore::confidence).containsExactly(0.5, 0.0, 1.0);
    assertThat(labels.predicted()).containsExactly("cat");
  }

  @Test
  void huge_scores_do_not_overflow_and_those_that_are_no_number_are_left_out() {
    assertThat(label(false, Confidence.of(0.5), 3e38f, -3e38f, 0).found())
        .containsExactly(new ClassScore("ant", 0, 1));
    assertThat(label(false, Confidence.of(0), Float.NaN, 1, 2).found()).isEmpty();
    assertThat(label(false, Confidence.of(0), Float.POSITIVE_INFINITY, 1, 2).found())
        .extracting(ClassScore::className)
        .doesNotContain("ant");
    assertThat(labels(false, Confidence.of(0), Float.NaN, 0, 0).all()).hasSize(2);
  }

  @Test
  void refuses_a_network_with_another_number_of_classes() throws Exception {
    var family = new SingleLabelClassification(model(false), model(false).input());

    family.check(List.of(new long[] {-1, 3}));
    family.check(List.of(new long[] {1, 3, 1, 1}));
    family.check(List.of(new long[] {-1, -1}));
    assertThatThrownBy(() -> family.check(List.of(new long[] {-1, 1000})))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("class_names.txt");
  }
}
