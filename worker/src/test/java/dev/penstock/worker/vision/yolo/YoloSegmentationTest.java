package dev.penstock.worker.vision.yolo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.job.Confidence;
import dev.penstock.job.JobParameters;
import dev.penstock.job.MaskFormat;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.Arithmetic;
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
import java.util.Set;
import org.junit.jupiter.api.Test;

class YoloSegmentationTest {
  private static final ImageSize SIZE = new ImageSize(32, 32);
  private static final int GRID = 8;

  private static List<Segment> foundByExport(List<Tensor> outputs, Placement placement) {
    ModelDescription plain =
        Descriptions.model("yolov8", "instance-segmentation", false, List.of("cat"));
    var model =
        new ModelDescription(
            plain.architecture(),
            plain.taskType(),
            plain.classNames(),
            plain.input(),
            plain.preprocessing(),
            plain.forwardPass(),
            plain.postProcessing(),
            List.of(),
            Arithmetic.TOOL);
    return ((Segments)
            new YoloSegmentation(model, YoloV8Layout.of(model, 32), 0.4, 1, true)
                .predictions(outputs, placement, JobParameters.DEFAULTS))
        .found();
  }

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

  /** Its box reaches from 8 to 24 in the input, of which one row above is padding. */
  @Test
  void masks_of_bare_exports_end_with_their_box_whatever_the_margins() {
    var placement =
        new Placement(
            new ImageSize(64, 60),
            new Placement.Part(0, 0, new ImageSize(64, 60)),
            SIZE,
            new Placement.Padding(0, 1, 0, 1),
            0.5,
            0.5);
    Segment segment = foundByExport(outputs(1, 8), placement).get(0);

    var polygon = (Polygon) segment.outline();
    assertThat(range(polygon.x())).isEqualTo("16 to 47");
    assertThat(range(polygon.y())).isEqualTo("14 to 45");
    assertThat(segment.detection().top()).isEqualTo(14);
    assertThat(segment.detection().bottom()).isEqualTo(46);
  }

  @Test
  void bare_exports_have_no_objects_without_a_mask() {
    Placement placement = Placement.stretched(SIZE, SIZE);

    assertThat(foundByExport(outputs(1, 8), placement)).hasSize(1);
    assertThat(foundByExport(outputs(-1, 8), placement)).isEmpty();
    assertThat(foundByExport(outputs(Float.NaN, 8), placement)).isEmpty();
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
  void no_more_masks_are_made_than_an_answer_can_hold() {
    int rows = 1_200;
    FloatBuffer candidates = FloatBuffer.allocate(37 * rows);
    for (int row = 0; row < rows; row++) {
      float[] column = {16, 16, 16, 16, row / 2_000f, 1};
      for (int i = 0; i < column.length; i++) {
        candidates.put(i * rows + row, column[i]);
      }
    }
    var outputs =
        List.of(
            new Tensor(candidates, new int[] {37, rows}),
            new Tensor(FloatBuffer.allocate(32 * GRID * GRID), new int[] {32, GRID, GRID}));
    var all =
        new JobParameters(
            Confidence.of(0),
            1,
            Integer.MAX_VALUE,
            false,
            List.of(),
            0,
            MaskFormat.POLYGON,
            Set.of(),
            null);
    var answer = (Segments) family(true).predictions(outputs, Placement.stretched(SIZE, SIZE), all);

    assertThat(answer.found()).hasSize(1_000);
    assertThat(answer.found().get(0).detection().confidence()).isEqualTo(1_199 / 2_000f);
    assertThat(answer.found().get(999).detection().confidence()).isEqualTo(200 / 2_000f);
  }

  @Test
  void refuses_a_network_without_prototypes() {
    assertThatThrownBy(() -> family(true).check(List.of(new long[] {-1, 37, 100})))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(
            "[batch, 37, candidates], and as output 1 [batch, 32, height, width]");
  }
}
