package dev.penstock.worker.vision.semantic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.job.JobParameters;
import dev.penstock.worker.vision.Descriptions;
import dev.penstock.worker.vision.Predictions.ClassMap;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Placement;
import dev.penstock.worker.vision.image.Placement.Padding;
import dev.penstock.worker.vision.image.Placement.Part;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassMapSegmentationTest {
  private final ClassMapSegmentation family =
      new ClassMapSegmentation(
          Descriptions.model("yolo26", "semantic-segmentation", true, List.of("a", "b", "c")));

  private ClassMap map(Placement placement, int side, float... ids) {
    var tensor = new Tensor(FloatBuffer.wrap(ids), new int[] {ids.length / side, side});
    return (ClassMap) family.predictions(List.of(tensor), placement, JobParameters.DEFAULTS);
  }

  @Test
  void each_pixel_takes_the_nearest_of_the_map() {
    var image = new ImageSize(4, 4);
    ClassMap map = map(Placement.stretched(image, new ImageSize(2, 2)), 2, 0, 1, 2, 1);

    assertThat(map.classIds()).containsExactly(0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 1, 1, 2, 2, 1, 1);
    assertThat(map.confidences()).containsOnly((byte) 255);
  }

  @Test
  void padding_is_cut_off_before_the_map_is_scaled() {
    var image = new ImageSize(4, 2);
    var placement =
        new Placement(
            image, new Part(0, 0, image), new ImageSize(4, 4), new Padding(0, 1, 0, 1), 1, 1);

    assertThat(map(placement, 4, 0, 0, 0, 0, 1, 1, 2, 2, 2, 2, 1, 1, 0, 0, 0, 0).classIds())
        .containsExactly(1, 1, 2, 2, 2, 2, 1, 1);
  }

  @Test
  void ids_without_a_class_are_the_first_one() {
    var image = new ImageSize(3, 1);

    assertThat(map(Placement.stretched(image, image), 3, 7, -1, Float.NaN).classIds())
        .containsOnly((byte) 0);
  }

  @Test
  void networks_with_other_outputs_are_refused() throws Exception {
    family.check(List.of(new long[] {-1, -1, -1}));
    assertThatThrownBy(() -> family.check(List.of(new long[] {1, 3, 8, 8})))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("a class map is [batch, height, width]");
  }
}
