package dev.penstock.worker.vision.rfdetr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.PostProcessing;
import dev.penstock.worker.vision.Descriptions;
import dev.penstock.worker.vision.Detection;
import dev.penstock.worker.vision.Outline.Polygon;
import dev.penstock.worker.vision.Predictions.Detections;
import dev.penstock.worker.vision.Predictions.Segments;
import dev.penstock.worker.vision.Segment;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Placement;
import dev.penstock.worker.vision.image.Placement.Padding;
import dev.penstock.worker.vision.image.Placement.Part;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RfDetrTest {
  private static final Placement AS_IT_IS =
      Placement.stretched(new ImageSize(100, 100), new ImageSize(100, 100));
  private static final float[] MIDDLE = {0.5f, 0.5f, 0.2f, 0.4f};

  private static ModelDescription model(Set<String> removed, String... names) {
    ModelDescription plain =
        Descriptions.model("rfdetr", "object-detection", false, List.of(names));
    return new ModelDescription(
        plain.architecture(),
        plain.taskType(),
        plain.classNames(),
        plain.input(),
        plain.preprocessing(),
        plain.forwardPass(),
        new PostProcessing("nms", false, removed));
  }

  private static Tensor rows(float[]... rows) {
    float[] all = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, all, i * rows[i].length, rows[i].length);
    }
    return new Tensor(FloatBuffer.wrap(all), new int[] {rows.length, rows[0].length});
  }

  private static List<Detection> found(
      ModelDescription model, Placement placement, Tensor boxes, Tensor logits) {
    return ((Detections)
            new RfDetrDetection(model)
                .predictions(List.of(boxes, logits), placement, JobParameters.DEFAULTS))
        .found();
  }

  @Test
  void one_query_may_see_several_classes_and_unnamed_ones_are_left_out() {
    List<Detection> found =
        found(
            model(Set.of(), "cat", "dog"),
            AS_IT_IS,
            rows(MIDDLE, MIDDLE, MIDDLE),
            rows(new float[] {1, 2, 9}, new float[] {-9, -9, -9}, new float[] {-8, -8, -8}));

    assertThat(found).extracting(Detection::className).containsExactly("dog", "cat");
    assertThat(found.get(0).confidence()).isEqualTo(0.880797f);
    assertThat(found.get(0))
        .extracting(Detection::left, Detection::top, Detection::right, Detection::bottom)
        .containsExactly(40, 30, 60, 70);
  }

  @Test
  void no_more_scores_count_than_there_are_queries() {
    assertThat(
            found(model(Set.of(), "cat", "dog"), AS_IT_IS, rows(MIDDLE), rows(new float[] {3, 4})))
        .extracting(Detection::className)
        .containsExactly("dog");
  }

  @Test
  void classes_a_package_removes_do_not_count_among_the_ids() {
    List<Detection> found =
        found(
            model(Set.of("background_1"), "cat", "background_1", "dog"),
            AS_IT_IS,
            rows(MIDDLE, MIDDLE, MIDDLE),
            rows(new float[] {3, 5, 4}, new float[] {-9, -9, -9}, new float[] {-8, -8, -8}));

    assertThat(found).extracting(Detection::className).containsExactly("dog", "cat");
    assertThat(found).extracting(Detection::classId).containsExactly(1, 0);
  }

  @Test
  void goes_the_way_back_through_the_frame_that_was_stretched() {
    // a picture of 100 x 50 in a frame of 200 x 200, which became the input
    var placement =
        new Placement(
            new ImageSize(100, 50),
            new Part(0, 0, new ImageSize(100, 50)),
            new ImageSize(200, 200),
            new Padding(0, 50, 0, 50),
            2,
            2);

    assertThat(found(model(Set.of(), "cat"), placement, rows(MIDDLE), rows(new float[] {3})))
        .extracting(Detection::left, Detection::top, Detection::right, Detection::bottom)
        .containsExactly(tuple(40, 5, 60, 45));
  }

  @Test
  void what_is_no_number_is_left_out() {
    float[] nowhere = {0.5f, Float.NaN, 0.2f, 0.4f};
    assertThat(
            found(
                model(Set.of(), "cat"),
                AS_IT_IS,
                rows(nowhere, MIDDLE, MIDDLE),
                rows(new float[] {3}, new float[] {Float.NaN}, new float[] {2})))
        .hasSize(1);
  }

  @Test
  void masks_belong_to_their_queries_and_are_limited_in_number() {
    float[] left = new float[16];
    float[] right = new float[16];
    Arrays.fill(left, -1);
    Arrays.fill(right, -1);
    for (int row = 0; row < 4; row++) {
      left[row * 4] = 1;
      right[row * 4 + 3] = 1;
    }
    Tensor flat = rows(left, right);
    var masks = new Tensor(flat.values(), new int[] {2, 4, 4});
    var family = new RfDetrSegmentation(model(Set.of(), "cat"));
    var outputs = List.of(rows(MIDDLE, MIDDLE), rows(new float[] {2}, new float[] {3}), masks);
    var one = JobParameters.fromJson(JobParameters.DEFAULTS.toJson().put("maxDetections", 1));

    Segments all = (Segments) family.predictions(outputs, AS_IT_IS, JobParameters.DEFAULTS);
    assertThat(((Polygon) all.found().get(0).outline()).x()).contains(99).doesNotContain(0);
    assertThat(((Polygon) all.found().get(1).outline()).x()).contains(0).doesNotContain(99);
    assertThat(((Segments) family.predictions(outputs, AS_IT_IS, one)).found())
        .extracting(Segment::detection)
        .containsExactly(all.found().get(0).detection());
  }

  @Test
  void refuses_a_network_without_masks_or_boxes() throws Exception {
    var detection = new RfDetrDetection(model(Set.of(), "cat"));
    var segmentation = new RfDetrSegmentation(model(Set.of(), "cat"));
    List<long[]> boxesAndLogits = List.of(new long[] {-1, 300, 4}, new long[] {-1, 300, 91});

    detection.check(boxesAndLogits);
    assertThatThrownBy(() -> segmentation.check(boxesAndLogits))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("task_type");
    assertThatThrownBy(() -> detection.check(List.of(new long[] {-1, 84, 8400})))
        .isInstanceOf(UnsupportedModelException.class);
  }
}
