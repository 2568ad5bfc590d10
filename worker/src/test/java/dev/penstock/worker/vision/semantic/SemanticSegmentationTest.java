package dev.penstock.worker.vision.semantic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
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

class SemanticSegmentationTest {
  private static final ImageSize TWO = new ImageSize(2, 2);
  private static final Placement AS_IT_IS = Placement.stretched(TWO, TWO);

  private static SemanticSegmentation family(Activation activation, String... names) {
    ModelDescription model =
        Descriptions.model("deep-lab-v3-plus", "semantic-segmentation", false, List.of(names));
    return new SemanticSegmentation(model, model.input(), activation, 0.5);
  }

  private static ClassMap map(
      SemanticSegmentation family, Placement placement, int height, int width, float... values) {
    int[] shape = {values.length / height / width, height, width};
    return (ClassMap)
        family.predictions(
            List.of(new Tensor(FloatBuffer.wrap(values), shape)),
            placement,
            JobParameters.fromJson(JobParameters.DEFAULTS.toJson().put("confidence", "default")));
  }

  @Test
  void the_best_class_counts_where_its_share_reaches_the_threshold() {
    ClassMap map =
        map(
            family(Activation.SOFTMAX, "background", "road", "sky"),
            AS_IT_IS,
            2,
            2,
            9,
            0,
            0,
            0, //
            0,
            9,
            0,
            1, //
            0,
            0,
            9,
            1);

    assertThat(map.classIds()).containsExactly(0, 1, 2, 0);
    assertThat(map.confidences()).containsExactly(254, 254, 254, 0);
  }

  @Test
  void the_sigmoid_looks_at_each_class_by_itself() {
    ClassMap map =
        map(
            family(Activation.SIGMOID, "background", "road"),
            AS_IT_IS,
            2,
            2,
            -1,
            0,
            5,
            1, //
            -2,
            0,
            5,
            2);

    assertThat(map.classIds()).containsExactly(0, 0, 0, 1);
    assertThat(map.confidences()).containsExactly(0, 127, 253, 224);
  }

  @Test
  void a_background_without_a_plane_of_its_own_keeps_its_id() {
    ClassMap map =
        map(
            family(Activation.SOFTMAX, "road", "Background", "sky"),
            AS_IT_IS,
            2,
            2,
            9,
            0,
            0,
            9, //
            0,
            9,
            0,
            0);

    assertThat(map.classIds()).containsExactly(0, 2, 0, 0);
    assertThat(map.confidences()[2]).as("a share of exactly a half").isEqualTo((byte) 127);
  }

  @Test
  void one_plane_is_the_only_class_beside_the_background() {
    ClassMap map =
        map(family(Activation.SOFTMAX, "background", "road"), AS_IT_IS, 2, 2, 5, -5, -5, 5);

    assertThat(map.classIds()).containsExactly(1, 0, 0, 1);
  }

  @Test
  void padding_is_cut_off_and_what_lies_outside_the_part_is_background() {
    // a picture of 4 x 2 of whose right half the network saw 2 x 2 between bars of one cell
    var placement =
        new Placement(
            new ImageSize(4, 2),
            new Part(2, 0, TWO),
            new ImageSize(2, 4),
            new Padding(0, 1, 0, 1),
            1,
            1);
    ClassMap map =
        map(
            family(Activation.SIGMOID, "background", "road"),
            placement,
            4,
            2,
            8,
            8,
            -8,
            -8,
            -8,
            -8,
            8,
            8, //
            -8,
            -8,
            8,
            8,
            8,
            -8,
            -8,
            -8);

    assertThat(map.size()).isEqualTo(new ImageSize(4, 2));
    assertThat(map.classIds()).containsExactly(0, 0, 1, 1, 0, 0, 1, 0);
    assertThat(map.confidences()[0]).isZero();
  }

  @Test
  void what_is_no_number_is_background() {
    ClassMap map =
        map(
            family(Activation.SOFTMAX, "background", "road"),
            AS_IT_IS,
            2,
            2,
            0,
            0,
            Float.NaN,
            Float.NaN, //
            Float.NaN,
            Float.POSITIVE_INFINITY,
            Float.NaN,
            1);

    assertThat(map.classIds()).containsOnly(0);
    assertThat(map.confidences()).containsOnly(0);
  }

  @Test
  void refuses_names_without_background_and_other_shapes() throws Exception {
    SemanticSegmentation family = family(Activation.SOFTMAX, "background", "road", "sky");

    family.check(List.of(new long[] {-1, 3, 40, 40}));
    family.check(List.of(new long[] {-1, 2, -1, -1}));
    assertThatThrownBy(() -> family.check(List.of(new long[] {-1, 21, 40, 40})))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("class_names.txt");
    assertThatThrownBy(() -> family.check(List.of(new long[] {-1, 3})))
        .isInstanceOf(UnsupportedModelException.class);
    assertThatThrownBy(
            () ->
                family(Activation.SOFTMAX, "road", "sky").check(List.of(new long[] {-1, 2, 4, 4})))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("background");
  }
}
