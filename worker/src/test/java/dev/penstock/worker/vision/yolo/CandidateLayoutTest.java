package dev.penstock.worker.vision.yolo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.Descriptions;
import dev.penstock.worker.vision.Tensor;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the layouts make of scores, thresholds and limits; YOLOv8's has its test with detection. */
class CandidateLayoutTest {
  private static final ModelDescription TWO_CLASSES = Descriptions.detector("cat", "dog");
  private static final float NAN = Float.NaN;

  private static Tensor tensor(float[]... rows) {
    FloatBuffer values = FloatBuffer.allocate(rows.length * rows[0].length);
    for (float[] row : rows) {
      values.put(row);
    }
    return new Tensor(values.flip(), new int[] {rows.length, rows[0].length});
  }

  private static List<Candidate> candidates(
      CandidateLayout layout, double threshold, Tensor... outputs) {
    return layout.candidates(List.of(outputs), (float) threshold, JobParameters.DEFAULTS);
  }

  private static JobParameters atMost(int maxDetections) {
    JobParameters plain = JobParameters.DEFAULTS;
    return new JobParameters(
        plain.confidence(),
        plain.iouThreshold(),
        maxDetections,
        plain.classAgnosticNms(),
        plain.classFilter(),
        plain.keypointConfidence(),
        plain.maskFormat(),
        plain.disabled(),
        plain.drawing());
  }

  @Test
  void yolov5_filters_by_objectness_and_reports_the_best_class() {
    Tensor output =
        tensor(
            new float[] {50, 50, 20, 20, 0.9f, 0.1f, 0.3f},
            new float[] {150, 50, 20, 20, 0.3f, 0.95f, 0.1f});

    assertThat(candidates(ObjectnessLayout.detection(TWO_CLASSES), 0.4, output))
        .containsExactly(new Candidate(40, 40, 60, 60, 0.3f, 1, 0));
  }

  @Test
  void exports_of_yolov5_and_yolov7_have_the_product_of_objectness_and_class_as_score() {
    Tensor output =
        tensor(
            new float[] {50, 50, 20, 20, 0.9f, 0.1f, 0.5f},
            new float[] {150, 50, 20, 20, 0.5f, 0.75f, 0.1f}, // 0.375 does not pass
            new float[] {250, 50, 20, 20, 0.3f, 1, 0.1f});

    assertThat(candidates(ObjectnessLayout.ofTool(TWO_CLASSES, 0), 0.4, output))
        .containsExactly(new Candidate(40, 40, 60, 60, 0.9f * 0.5f, 1, 0));
    assertThat(candidates(ObjectnessLayout.ofTool(TWO_CLASSES, 0), 0.29, output))
        .extracting(Candidate::classId, Candidate::score)
        .containsExactly(tuple(1, 0.9f * 0.5f), tuple(0, 0.375f), tuple(0, 0.3f));
  }

  @Test
  void with_masks_as_well() {
    float[] row = new float[7 + 32];
    System.arraycopy(new float[] {50, 50, 20, 20, 0.9f, 0.8f, 0.3f, 42}, 0, row, 0, 8);
    CandidateLayout layout = ObjectnessLayout.ofTool(TWO_CLASSES, 32);

    assertThat(candidates(layout, 0.4, tensor(row)))
        .extracting(Candidate::classId, Candidate::score)
        .containsExactly(tuple(0, 0.9f * 0.8f));
    float[] extras = new float[32];
    layout.extras(List.of(tensor(row)), 0, extras);
    assertThat(extras).startsWith(42, 0);
  }

  @Test
  void segmentation_of_yolov5_takes_the_objectness_for_the_first_class() {
    float[] objectnessWins = new float[7 + 32];
    float[] classWins = new float[7 + 32];
    System.arraycopy(new float[] {50, 50, 20, 20, 0.9f, 0.1f, 0.3f}, 0, objectnessWins, 0, 7);
    System.arraycopy(new float[] {150, 50, 20, 20, 0.5f, 0.1f, 0.7f}, 0, classWins, 0, 7);
    classWins[7] = 42;
    Tensor output = tensor(objectnessWins, classWins);
    CandidateLayout layout = ObjectnessLayout.segmentation(TWO_CLASSES, 32);

    assertThat(candidates(layout, 0.4, output))
        .extracting(Candidate::classId, Candidate::score)
        .containsExactly(tuple(0, 0.9f), tuple(2, 0.7f));
    float[] extras = new float[32];
    layout.extras(List.of(output), 1, extras);
    assertThat(extras).startsWith(42, 0).endsWith(0);
  }

  /** An objectness below the threshold stops YOLOv5 and not YOLOv7. */
  @Test
  void segmentation_of_yolov7_filters_by_the_best_score() {
    float[] row = new float[7 + 32];
    System.arraycopy(new float[] {50, 50, 20, 20, 0.2f, 0.1f, 0.7f}, 0, row, 0, 7);

    assertThat(candidates(ObjectnessLayout.segmentation(TWO_CLASSES, 32), 0.4, tensor(row)))
        .isEmpty();
    assertThat(candidates(ObjectnessLayout.bestScore(TWO_CLASSES, 32), 0.4, tensor(row)))
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"true,0.5,1", "false,0.5,0", "true,0.49,1", "false,0.49,1", "true,0.51,0"})
  void end_to_end_exports_keep_a_score_at_the_threshold_and_yolov10_does_not(
      boolean keepingAll, double threshold, int expected) {
    CandidateLayout layout = keepingAll ? EndToEndLayout.keepingAll(0) : EndToEndLayout.limited();

    assertThat(candidates(layout, threshold, tensor(new float[] {1, 2, 3, 4, 0.5f, 1})))
        .hasSize(expected);
  }

  @Test
  void only_yolov10_limits_what_it_keeps_and_none_suppresses_or_sorts() {
    Tensor output =
        tensor(
            new float[] {1, 2, 30, 40, 0.5f, 1},
            new float[] {1, 2, 30, 40, 0.9f, 1},
            new float[] {1, 2, 30, 40, 0.7f, 1});

    assertThat(EndToEndLayout.keepingAll(0).candidates(List.of(output), 0.4f, atMost(2)))
        .extracting(Candidate::score)
        .containsExactly(0.5f, 0.9f, 0.7f);
    assertThat(EndToEndLayout.limited().candidates(List.of(output), 0.4f, atMost(2)))
        .extracting(Candidate::score)
        .containsExactly(0.5f, 0.9f);
  }

  @Test
  void numbers_that_are_none_are_left_out() {
    CandidateLayout fused = EndToEndLayout.keepingAll(0);
    assertThat(candidates(fused, 0.4, tensor(new float[] {1, 2, 3, 4, NAN, 1}))).isEmpty();
    assertThat(candidates(fused, 0.4, tensor(new float[] {1, NAN, 3, 4, 0.9f, 1}))).isEmpty();
    CandidateLayout five = ObjectnessLayout.detection(TWO_CLASSES);
    assertThat(candidates(five, 0.4, tensor(new float[] {1, 2, 3, 4, 0.9f, NAN, 1}))).isEmpty();
    assertThat(candidates(five, 0.4, tensor(new float[] {1, 2, 3, 4, NAN, 1, 1}))).isEmpty();
  }

  @Test
  void yolonas_has_corners_and_scores_apart() {
    assertThat(
            candidates(
                CornerLayout.yoloNas(TWO_CLASSES),
                0.4,
                tensor(new float[] {10, 20, 30, 40}, new float[] {110, 20, 130, 40}),
                tensor(new float[] {0.1f, 0.6f}, new float[] {0.4f, 0.2f})))
        .containsExactly(new Candidate(10, 20, 30, 40, 0.6f, 1, 0));
  }

  @Test
  void yololite_multiplies_the_probabilities_of_object_and_class() {
    Candidate found =
        candidates(
                CornerLayout.yoloLite(TWO_CLASSES),
                0.2,
                tensor(new float[] {10, 20, 30, 40}),
                tensor(new float[] {0}),
                tensor(new float[] {-3, 0}))
            .get(0);

    assertThat(found.score()).isEqualTo(0.25f);
    assertThat(found.classId()).isEqualTo(1);
  }

  /** The reference compares scores, which meet at 1 long before logits do. */
  @Test
  void of_equal_scores_of_yololite_the_first_class_wins() {
    assertThat(
            candidates(
                CornerLayout.yoloLite(TWO_CLASSES),
                0.2,
                tensor(new float[] {10, 20, 30, 40}),
                tensor(new float[] {5}),
                tensor(new float[] {40, 60})))
        .extracting(Candidate::classId)
        .containsExactly(0);
  }

  @Test
  void exports_without_their_suppression_are_known_by_their_shape() {
    var layout = new EitherLayout(EndToEndLayout.keepingAll(0), YoloV8Layout.plain(TWO_CLASSES, 0));
    Tensor plain =
        tensor(
            new float[] {20, 20, 20},
            new float[] {30, 30, 30},
            new float[] {10, 10, 10},
            new float[] {20, 20, 20},
            new float[] {0.5f, 0.6f, 0.1f},
            new float[] {0.1f, 0.1f, 0.1f});

    assertThat(candidates(layout, 0.4, plain))
        .containsExactly(new Candidate(15, 20, 25, 40, 0.6f, 0, 1));
    assertThat(candidates(layout, 0.4, tensor(new float[] {1, 2, 3, 4, 0.5f, 1})))
        .containsExactly(new Candidate(1, 2, 3, 4, 0.5f, 1, 0));
    assertThat(layout.fits(shapes(new long[] {-1, 6, 100}))).isTrue();
    assertThat(layout.fits(shapes(new long[] {-1, 300, 6}))).isTrue();
    assertThat(layout.fits(shapes(new long[] {-1, 300, 9}))).isFalse();
  }

  @Test
  void layouts_know_their_shapes() {
    long[] corners = {-1, 100, 4};
    assertThat(ObjectnessLayout.detection(TWO_CLASSES).fits(shapes(new long[] {1, 100, 7})))
        .isTrue();
    assertThat(ObjectnessLayout.detection(TWO_CLASSES).fits(shapes(new long[] {1, 7, 100})))
        .isFalse();
    assertThat(EndToEndLayout.keepingAll(32).fits(shapes(new long[] {-1, 300, 38}))).isTrue();
    assertThat(EndToEndLayout.keepingAll(32).fits(shapes(new long[] {-1, 300, 6}))).isFalse();
    assertThat(CornerLayout.yoloNas(TWO_CLASSES).fits(shapes(corners, new long[] {-1, 100, 2})))
        .isTrue();
    assertThat(CornerLayout.yoloNas(TWO_CLASSES).fits(shapes(corners, new long[] {-1, 100, 3})))
        .isFalse();
    assertThat(CornerLayout.yoloNas(TWO_CLASSES).fits(shapes(corners))).isFalse();
    assertThat(
            CornerLayout.yoloLite(TWO_CLASSES)
                .fits(shapes(corners, new long[] {-1, 100, 1}, new long[] {-1, 100, 2})))
        .isTrue();
  }

  private static List<long[]> shapes(long[]... shapes) {
    return List.of(shapes);
  }
}
