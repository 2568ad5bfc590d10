package dev.penstock.worker.vision.yolo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.Descriptions;
import dev.penstock.worker.vision.Outline.Polygon;
import dev.penstock.worker.vision.Predictions.Segments;
import dev.penstock.worker.vision.Segment;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Placement;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class YoloSegmentationTest {
  private static final ImageSize SIZE = new ImageSize(32, 32);
  private static final int GRID = 8;

  private static YoloSegmentation family(boolean smooth) {
    ModelDescription model =
        Descriptions.model("yolov8", "instance-segmentation", false, List.of("cat"));
    return new YoloSegmentation(model, YoloV8Layout.of(model, 32), 0.4, 1, smooth);
  }

  /** One candidate in the middle whose mask is the first prototype times a coefficient. */
  private static List<Tensor> outputs(float coefficient, float prototype) {
    FloatBuffer candidate = FloatBuffer.allocate(37);
    candidate.put(new float[] {16, 16, 16, 16, 0.9f, coefficient});
    FloatBuffer prototypes = FloatBuffer.allocate(32 * GRID * GRID);
    float[] plane = new float[GRID * GRID];
    Arrays.fill(plane, prototype);
    prototypes.put(plane);
    return List.of(
        new Tensor(candidate.rewind(), new int[] {37, 1}),
        new Tensor(prototypes.rewind(), new int[] {32, GRID, GRID}));
  }

  private static List<Segment> found(boolean smooth, List<Tensor> outputs) {
    return ((Segments)
            family(smooth)
                .predictions(outputs, Placement.stretched(SIZE, SIZE), JobParameters.DEFAULTS))
        .found();
  }

  private static String range(int[] values) {
    int[] sorted = Arrays.stream(values).sorted().toArray();
    return sorted[0] + " to " + sorted[sorted.length - 1];
  }

  @Test
  void a_mask_ends_with_its_box() {
    var polygon = (Polygon) found(true, outputs(1, 8)).get(0).outline();

    assertThat(range(polygon.x())).isEqualTo("8 to 23");
    assertThat(range(polygon.y())).isEqualTo("8 to 23");
  }

  /** Between a logit and the zeros around the box a value above 0 reaches one cell further. */
  @Test
  void logits_reach_beyond_the_box() {
    var polygon = (Polygon) found(false, outputs(1, 8)).get(0).outline();

    assertThat(range(polygon.x())).isEqualTo("6 to 25");
  }

  @Test
  void an_object_without_a_mask_keeps_its_box() {
    Segment segment = found(true, outputs(-1, 8)).get(0);

    assertThat(segment.detection().left()).isEqualTo(8);
    assertThat(((Polygon) segment.outline()).x()).isEmpty();
  }

  @Test
  void coefficients_that_are_no_numbers_cover_nothing() {
    assertThat(((Polygon) found(true, outputs(Float.NaN, 8)).get(0).outline()).x()).isEmpty();
  }

  @Test
  void refuses_a_network_without_prototypes() {
    assertThatThrownBy(() -> family(true).check(List.of(new long[] {-1, 37, 100})))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(
            "[batch, 37, candidates], and as output 1 [batch, 32, height, width]");
  }
}
