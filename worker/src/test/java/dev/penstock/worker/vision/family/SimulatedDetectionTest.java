package dev.penstock.worker.vision.family;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.Confidence;
import dev.penstock.job.JobParameters;
import dev.penstock.job.MaskFormat;
import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.Descriptions;
import dev.penstock.worker.vision.Detection;
import dev.penstock.worker.vision.Predictions.Detections;
import dev.penstock.worker.vision.image.ImageSize;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatedDetectionTest {
  private final ModelDescription model = Descriptions.detector("cat", "dog", "cup", "bus");

  private List<Detection> found(ImageSize size, JobParameters parameters) {
    return ((Detections) SimulatedDetection.predictions(model, size, parameters)).found();
  }

  @Test
  void is_the_same_every_time_best_first() {
    var size = new ImageSize(640, 480);
    List<Detection> found = found(size, JobParameters.DEFAULTS);

    assertThat(found).hasSize(3).isEqualTo(found(size, JobParameters.DEFAULTS));
    assertThat(found)
        .extracting(Detection::confidence)
        .isSortedAccordingTo((a, b) -> Float.compare(b, a));
  }

  @ParameterizedTest
  @CsvSource({"640,480", "1,1", "3,2000"})
  void boxes_lie_inside_the_picture(int width, int height) {
    assertThat(found(new ImageSize(width, height), JobParameters.DEFAULTS))
        .allSatisfy(
            box -> {
              assertThat(box.left()).isNotNegative().isLessThan(box.right());
              assertThat(box.top()).isNotNegative().isLessThan(box.bottom());
              assertThat(box.right()).isLessThanOrEqualTo(width);
              assertThat(box.bottom()).isLessThanOrEqualTo(height);
            });
  }

  @Test
  void honours_threshold_limit_and_filter() {
    var size = new ImageSize(640, 480);
    assertThat(found(size, with(1.0, 300, List.of()))).isEmpty();
    assertThat(found(size, with(0.4, 1, List.of()))).hasSize(1);
    assertThat(found(size, with(0.4, 300, List.of("dog"))))
        .extracting(Detection::className)
        .containsExactly("dog");
  }

  private static JobParameters with(double confidence, int limit, List<String> classes) {
    return new JobParameters(
        Confidence.of(confidence),
        0.3,
        limit,
        false,
        classes,
        0,
        MaskFormat.POLYGON,
        Set.of(),
        null);
  }
}
