package dev.penstock.worker.vision.yolo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

class PlausibilityTest {
  private final Plausibility rows = new Plausibility(64, 64);

  private void times(int count, IntConsumer row) {
    for (int i = 0; i < count; i++) {
      row.accept(i);
    }
  }

  @Test
  void boxes_all_over_the_input_are_plausible_and_a_few_odd_ones_with_them() {
    times(80, i -> rows.centred(i % 8 * 8, i / 8 * 6, 20, 10));
    times(20, i -> rows.centred(200, 10, -3, Float.NaN));
    times(100, i -> rows.score(i / 100f));

    assertThat(rows.doubt(true)).isNull();
  }

  @Test
  void nothing_is_plausible() {
    assertThat(rows.doubt(true)).isNull();
    assertThat(rows.doubt(false)).isNull();
  }

  @Test
  void negative_sides_are_not() {
    times(70, i -> rows.corners(10, 10, 20, 20));
    times(30, i -> rows.corners(30, 10, 20, 20));

    assertThat(rows.doubt(false))
        .isEqualTo("30 of 100 boxes for the warm-up picture have a negative width or height");
  }

  @Test
  void nor_are_boxes_far_outside_or_no_numbers() {
    times(100, i -> rows.centred(400, 10, 5, 5));
    assertThat(rows.doubt(true)).contains("100 of 100 boxes", "lie far outside of it");

    times(100, i -> rows.centred(Float.NaN, 10, 5, 5));
    assertThat(rows.doubt(true)).contains("100 of 200 boxes", "are no numbers");
  }

  @Test
  void nor_are_scores_beyond_probabilities_and_parts_of_classes() {
    times(10, i -> rows.score(-4));
    assertThat(rows.doubt(false)).contains("10 of 10 scores", "not between 0 and 1");

    times(10, i -> rows.classId(0.5f));
    assertThat(rows.doubt(false)).contains("10 of 10 numbers of classes");
  }

  @Test
  void nor_are_shares_of_the_picture() {
    times(100, i -> rows.centred(i / 100f, i / 100f, 0.1f, 0.2f));
    assertThat(rows.doubt(true)).contains("all 100 boxes", "upper left corner");

    var finished = new Plausibility(64, 64);
    finished.corners(0.1f, 0.2f, 0.5f, 0.9f);
    assertThat(finished.doubt(false)).contains("upper left corner");
  }
}
