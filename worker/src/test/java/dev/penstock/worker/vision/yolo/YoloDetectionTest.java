package dev.penstock.worker.vision.yolo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.job.Confidence;
import dev.penstock.job.JobParameters;
import dev.penstock.job.MaskFormat;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.ResizeMode;
import dev.penstock.worker.vision.Descriptions;
import dev.penstock.worker.vision.Detection;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.Predictions.Detections;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Placement;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YoloDetectionTest {
  private static final Placement AS_IT_IS =
      Placement.stretched(new ImageSize(100, 100), new ImageSize(100, 100));
  private final ModelFamily family = detection(Descriptions.detector("cat", "dog"));

  private static ModelFamily detection(ModelDescription model) {
    return new YoloDetection(model, YoloV8Layout.of(model, 0), 0.4);
  }

  /** Candidates as columns: centre x, centre y, width, height, one score for each class. */
  private static List<Tensor> outputs(float[]... candidates) {
    int rows = candidates[0].length;
    FloatBuffer values = FloatBuffer.allocate(rows * candidates.length);
    for (int row = 0; row < rows; row++) {
      for (float[] candidate : candidates) {
        values.put(candidate[row]);
      }
    }
    return List.of(new Tensor(values.flip(), new int[] {rows, candidates.length}));
  }

  private static JobParameters parameters(Confidence confidence, String... classFilter) {
    return new JobParameters(
        confidence, 0.3, 300, false, List.of(classFilter), 0, MaskFormat.POLYGON, Set.of(), null);
  }

  private List<Detection> found(
      List<Tensor> outputs, Placement placement, JobParameters parameters) {
    return ((Detections) family.predictions(outputs, placement, parameters)).found();
  }

  @Test
  void names_the_best_class_of_each_candidate_highest_score_first() {
    List<Tensor> outputs =
        outputs(
            new float[] {20, 30, 10, 20, 0.5f, 0.1f},
            new float[] {70, 60, 20, 20, 0.2f, 0.9f},
            new float[] {10, 90, 10, 10, 0.3f, 0.3f});

    assertThat(found(outputs, AS_IT_IS, JobParameters.DEFAULTS))
        .containsExactly(
            new Detection(60, 50, 80, 70, 0.9f, 1, "dog"),
            new Detection(15, 20, 25, 40, 0.5f, 0, "cat"));
  }

  @Test
  void of_equal_scores_the_first_class_wins() {
    List<Tensor> outputs = outputs(new float[] {20, 30, 10, 20, 0.5f, 0.5f});

    assertThat(found(outputs, AS_IT_IS, JobParameters.DEFAULTS))
        .extracting(Detection::className)
        .containsExactly("cat");
  }

  @ParameterizedTest
  @CsvSource({"0.5,0", "0.49,1", "0.51,0"})
  void a_score_has_to_exceed_the_threshold(double confidence, int expected) {
    List<Tensor> outputs = outputs(new float[] {20, 30, 10, 20, 0.5f, 0});

    assertThat(found(outputs, AS_IT_IS, parameters(Confidence.of(confidence)))).hasSize(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"best", "default"})
  void without_a_number_the_threshold_is_that_of_the_architecture(String mode) {
    List<Tensor> outputs =
        outputs(new float[] {20, 30, 10, 20, 0.41f, 0}, new float[] {70, 60, 20, 20, 0.39f, 0});

    assertThat(found(outputs, AS_IT_IS, parameters(Confidence.parse(mode)))).hasSize(1);
  }

  @Test
  void goes_the_way_back_through_padding_scale_and_crop() {
    var placement =
        new Placement(
            new ImageSize(200, 100),
            new Placement.Part(20, 10, new ImageSize(64, 48)),
            new ImageSize(32, 32),
            new Placement.Padding(0, 4, 0, 4),
            0.5,
            0.5);
    List<Tensor> outputs = outputs(new float[] {20, 14, 10, 10, 0.9f, 0});

    assertThat(found(outputs, placement, JobParameters.DEFAULTS))
        .containsExactly(new Detection(50, 20, 70, 40, 0.9f, 0, "cat"));
  }

  @Test
  void corners_are_clamped_to_the_picture_and_rounded_half_to_even() {
    List<Tensor> outputs =
        outputs(
            new float[] {0, 0, 21, 23, 0.9f, 0}, // to 10.5 and 11.5
            new float[] {99, 99, 20, 20, 0.8f, 0});

    assertThat(found(outputs, AS_IT_IS, JobParameters.DEFAULTS))
        .containsExactly(
            new Detection(0, 0, 10, 12, 0.9f, 0, "cat"),
            new Detection(89, 89, 100, 100, 0.8f, 0, "cat"));
  }

  @Test
  void filters_classes_after_the_limit() {
    List<Tensor> outputs =
        outputs(new float[] {20, 30, 10, 20, 0.9f, 0}, new float[] {70, 60, 20, 20, 0, 0.8f});
    var one =
        new JobParameters(
            Confidence.of(0.4),
            0.3,
            1,
            false,
            List.of("dog"),
            0,
            MaskFormat.POLYGON,
            Set.of(),
            null);

    assertThat(found(outputs, AS_IT_IS, parameters(Confidence.of(0.4), "dog"))).hasSize(1);
    assertThat(found(outputs, AS_IT_IS, one)).isEmpty();
  }

  @Test
  void numbers_that_are_none_are_left_out() {
    List<Tensor> outputs =
        outputs(
            new float[] {20, 30, 10, 20, Float.NaN, 0.9f},
            new float[] {Float.NaN, 30, 10, 20, 0.9f, 0},
            new float[] {20, 30, 10, 20, Float.POSITIVE_INFINITY, 0},
            new float[] {70, 60, 20, 20, 0.5f, 0});

    assertThat(found(outputs, AS_IT_IS, JobParameters.DEFAULTS)).hasSize(1);
  }

  @Test
  void fit_longer_edge_becomes_a_grey_letterbox() {
    ModelDescription plain = Descriptions.detector("cat");
    var model =
        new ModelDescription(
            plain.architecture(),
            plain.taskType(),
            plain.classNames(),
            Descriptions.input(32, 32, ResizeMode.FIT_LONGER_EDGE),
            plain.preprocessing(),
            plain.forwardPass(),
            plain.postProcessing());

    NetworkInput input = detection(model).input();

    assertThat(input.resizeMode()).isEqualTo(ResizeMode.LETTERBOX);
    assertThat(input.paddingValue()).isEqualTo(127);
  }

  @ParameterizedTest
  @CsvSource({"4", "3", "7", "85"})
  void refuses_a_network_whose_output_does_not_fit_the_class_names(long rows) {
    assertThatThrownBy(() -> family.check(List.of(new long[] {-1, rows, 100})))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("2 class names should answer [batch, 6, candidates]");
  }

  @Test
  void accepts_a_network_that_fits_or_does_not_say() throws Exception {
    family.check(List.of(new long[] {-1, 6, 100}));
    family.check(List.of(new long[] {1, -1, -1}));
  }
}
