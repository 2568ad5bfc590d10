package dev.penstock.worker.vision.yolo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoxesTest {
  private static final double IOU = 0.5;
  private static final int MANY = 300;

  /** Close to no ratio of small areas: at an exact one single precision decides. */
  private static final double NO_RATIO = 0.31237;

  @Test
  void keeps_the_best_of_boxes_that_overlap() {
    var boxes = new Boxes(false);
    boxes.addCentred(50, 50, 20, 20, 0.6f, 0, 0);
    boxes.addCentred(51, 50, 20, 20, 0.9f, 0, 0);
    boxes.addCentred(90, 50, 20, 20, 0.7f, 0, 0);

    assertThat(boxes.suppress(IOU, MANY)).containsExactly(1, 2);
  }

  @Test
  void suppresses_above_the_threshold_and_not_at_it() {
    var boxes = new Boxes(false);
    boxes.addCentred(10, 10, 20, 20, 0.9f, 0, 0);
    boxes.addCentred(10, 5, 20, 10, 0.8f, 0, 0); // the upper half: exactly one half in common

    assertThat(boxes.suppress(0.5, MANY)).containsExactly(0, 1);
    assertThat(boxes.suppress(Math.nextDown(0.5), MANY)).containsExactly(0);
  }

  @Test
  void classes_do_not_suppress_each_other_unless_asked_to() {
    for (boolean agnostic : List.of(true, false)) {
      var boxes = new Boxes(agnostic);
      boxes.addCentred(50, 50, 20, 20, 0.6f, 0, 0);
      boxes.addCentred(50, 50, 20, 20, 0.9f, 1, 0);

      assertThat(boxes.suppress(IOU, MANY)).hasSize(agnostic ? 1 : 2).startsWith(1);
    }
  }

  @Test
  void equal_scores_stay_in_their_order() {
    var boxes = new Boxes(false);
    for (int i = 0; i < 100; i++) {
      boxes.addCentred(100 * i, 50, 20, 20, i % 2 == 0 ? 0.5f : 0.25f, 0, 0);
    }
    int[] kept = boxes.suppress(IOU, MANY);

    assertThat(kept).hasSize(100).startsWith(0, 2, 4).endsWith(95, 97, 99);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 7})
  void keeps_no_more_than_the_limit(int limit) {
    var boxes = new Boxes(false);
    for (int i = 0; i < 20; i++) {
      boxes.addCentred(100 * i, 50, 20, 20, 0.5f, 0, 0);
    }

    assertThat(boxes.suppress(IOU, limit)).hasSize(Math.max(0, limit));
  }

  @Test
  void leaves_out_boxes_that_are_not_finite() {
    var boxes = new Boxes(false);
    boxes.addCentred(Float.NaN, 50, 20, 20, 0.9f, 0, 0);
    boxes.addCentred(50, 50, Float.POSITIVE_INFINITY, 20, 0.9f, 0, 0);
    boxes.addCentred(50, 50, 20, 20, 0.5f, 3, 0);

    assertThat(boxes.suppress(IOU, MANY)).containsExactly(0);
    assertThat(boxes.best(IOU, MANY)).extracting(Candidate::classId).containsExactly(3);
  }

  /** Below and beyond the number of boxes where torchvision changes its way. */
  @ParameterizedTest
  @ValueSource(ints = {10, 400, 1000, 1001, 2500})
  void agrees_with_the_definition(int count) {
    var random = new Random(count);
    var boxes = new Boxes(false);
    var all = new ArrayList<float[]>();
    for (int i = 0; i < count; i++) {
      float[] box = {
        random.nextInt(20, 600), random.nextInt(20, 600),
        random.nextInt(4, 40), random.nextInt(4, 40),
        random.nextFloat(), random.nextInt(3)
      };
      all.add(box);
      boxes.addCentred(box[0], box[1], box[2], box[3], box[4], (int) box[5], 0);
    }

    int[] kept = boxes.suppress(NO_RATIO, Integer.MAX_VALUE);

    assertThat(kept).hasSizeBetween(1, count);
    assertThat(Arrays.stream(kept).boxed().toList()).isEqualTo(greedy(all, NO_RATIO));
  }

  /** Greedy suppression for each class in double precision, as the papers define it. */
  private static List<Integer> greedy(List<float[]> boxes, double threshold) {
    var order = new ArrayList<Integer>();
    for (int i = 0; i < boxes.size(); i++) {
      order.add(i);
    }
    order.sort((a, b) -> Float.compare(boxes.get(b)[4], boxes.get(a)[4]));
    var kept = new ArrayList<Integer>();
    for (int candidate : order) {
      boolean free =
          kept.stream()
              .filter(k -> boxes.get(k)[5] == boxes.get(candidate)[5])
              .allMatch(k -> iou(boxes.get(k), boxes.get(candidate)) <= threshold);
      if (free) {
        kept.add(candidate);
      }
    }
    return kept;
  }

  private static double iou(float[] a, float[] b) {
    double width =
        Math.min(a[0] + a[2] / 2.0, b[0] + b[2] / 2.0)
            - Math.max(a[0] - a[2] / 2.0, b[0] - b[2] / 2.0);
    double height =
        Math.min(a[1] + a[3] / 2.0, b[1] + b[3] / 2.0)
            - Math.max(a[1] - a[3] / 2.0, b[1] - b[3] / 2.0);
    double both = Math.max(0, width) * Math.max(0, height);
    return both / (a[2] * a[3] + b[2] * b[3] - both);
  }
}
