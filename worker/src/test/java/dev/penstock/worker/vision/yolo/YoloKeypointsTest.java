package dev.penstock.worker.vision.yolo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.Descriptions;
import dev.penstock.worker.vision.Keypoint;
import dev.penstock.worker.vision.Predictions.Postures;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Placement;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class YoloKeypointsTest {
  private static final ModelDescription PLAIN =
      Descriptions.model("yolo26", "keypoint-detection", true, List.of("cat", "dog"));
  private static final ModelDescription MODEL =
      new ModelDescription(
          PLAIN.architecture(),
          PLAIN.taskType(),
          PLAIN.classNames(),
          PLAIN.input(),
          PLAIN.preprocessing(),
          PLAIN.forwardPass(),
          PLAIN.postProcessing(),
          List.of(List.of("nose", "tail"), List.of("nose")));
  private static final ImageSize NETWORK = new ImageSize(32, 32);
  private static final Placement DOUBLED = Placement.stretched(new ImageSize(64, 64), NETWORK);

  private static YoloKeypoints family(ModelDescription model) {
    CandidateLayout layout = EndToEndLayout.keepingAll(YoloKeypoints.extras(model));
    return new YoloKeypoints(model, layout, 0.25, 0.3);
  }

  private static List<Keypoint> keypoints(int classId, float... numbers) {
    FloatBuffer row = FloatBuffer.allocate(12);
    row.put(new float[] {0, 0, 16, 16, 0.9f, classId}).put(numbers).flip();
    var outputs = List.of(new Tensor(row, new int[] {1, 12}));
    var postures = (Postures) family(MODEL).predictions(outputs, DOUBLED, JobParameters.DEFAULTS);
    return postures.found().get(0).keypoints();
  }

  @Test
  void are_rounded_half_to_even_and_not_clamped() {
    assertThat(keypoints(0, 5.25f, 5.75f, 0.9f, -4, 50, 0.5f))
        .containsExactly(
            new Keypoint(10, 12, 0.9f, 0, "nose"), new Keypoint(-8, 100, 0.5f, 1, "tail"));
  }

  @Test
  void below_the_threshold_and_beyond_the_class_are_left_out() {
    assertThat(keypoints(0, 5, 5, 0.29f, 6, 6, 0.3f)).extracting(Keypoint::id).containsExactly(1);
    assertThat(keypoints(1, 5, 5, 0.9f, 6, 6, 0.9f)).extracting(Keypoint::id).containsExactly(0);
    assertThat(keypoints(7, 5, 5, 0.9f, 6, 6, 0.9f)).isEmpty();
  }

  @Test
  void numbers_that_are_none_are_left_out() {
    assertThat(keypoints(0, Float.NaN, 5, 0.9f, 6, 6, Float.NaN)).isEmpty();
  }

  @Test
  void refuses_a_package_that_does_not_name_them() {
    assertThatThrownBy(() -> family(PLAIN).check(List.of(new long[] {1, 300, 6})))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("add keypoints_metadata.json");
  }
}
