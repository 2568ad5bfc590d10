package dev.penstock.worker.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.job.Drawing;
import dev.penstock.worker.vision.Detection;
import dev.penstock.worker.vision.Keypoint;
import dev.penstock.worker.vision.Outline;
import dev.penstock.worker.vision.Posture;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Predictions.Detections;
import dev.penstock.worker.vision.Predictions.Postures;
import dev.penstock.worker.vision.Predictions.Segments;
import dev.penstock.worker.vision.Segment;
import dev.penstock.worker.vision.image.ImageDecoder;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Picture;
import dev.penstock.worker.vision.image.Pictures;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionPainterTest {
  private static final int[] BLUE = {0x48, 0x92, 0xEA};

  private static Picture drawn(int stroke, Detection... found) throws Exception {
    try (Picture grey = Pictures.plain(80, 60, 127, 127, 127)) {
      byte[] jpeg =
          PredictionPainter.jpeg(grey, new Detections(List.of(found)), new Drawing(false, stroke));
      return ImageDecoder.decode(jpeg, true);
    }
  }

  private static boolean isBlue(Picture picture, int x, int y) {
    int[] color = Pictures.color(picture, x, y);
    int distance = 0;
    for (int i = 0; i < color.length; i++) {
      distance += Math.abs(color[i] - BLUE[i]);
    }
    return distance < 90; // a JPEG smears thin lines
  }

  @Test
  void draws_the_edges_of_a_box_and_nothing_else() throws Exception {
    try (Picture picture = drawn(2, new Detection(10, 20, 40, 50, 0.9f, 0, "cat"))) {
      assertThat(picture.size()).isEqualTo(new ImageSize(80, 60));
      assertThat(isBlue(picture, 10, 35)).isTrue();
      assertThat(isBlue(picture, 40, 35)).isTrue();
      assertThat(isBlue(picture, 25, 20)).isTrue();
      assertThat(isBlue(picture, 25, 50)).isTrue();
      assertThat(isBlue(picture, 25, 35)).isFalse();
      assertThat(isBlue(picture, 70, 35)).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void lines_are_as_thick_as_asked(int stroke) throws Exception {
    try (Picture picture = drawn(stroke, new Detection(10, 20, 60, 50, 0.9f, 0, "cat"))) {
      assertThat(isBlue(picture, 35, 22)).isEqualTo(stroke == 5);
    }
  }

  @Test
  void a_box_beyond_the_edge_is_cut() throws Exception {
    try (Picture picture = drawn(1, new Detection(0, 0, 80, 60, 0.9f, 0, "cat"))) {
      assertThat(picture.size()).isEqualTo(new ImageSize(80, 60));
    }
  }

  @Test
  void without_predictions_the_picture_is_as_it_was() throws Exception {
    try (Picture picture = drawn(1)) {
      assertThat(Pictures.color(picture, 40, 30)).containsExactly(127, 127, 127);
    }
  }

  private static final Detection BOX = new Detection(10, 20, 40, 50, 0.9f, 0, "cat");

  private static Picture drawn(Predictions predictions, Drawing drawing) throws Exception {
    try (Picture grey = Pictures.plain(80, 60, 127, 127, 127)) {
      return ImageDecoder.decode(PredictionPainter.jpeg(grey, predictions, drawing), true);
    }
  }

  @Test
  void draws_the_outline_of_a_mask_and_its_box() throws Exception {
    var outline = new Outline.Polygon(new int[] {20, 20, 70, 70}, new int[] {25, 55, 55, 25});
    try (Picture picture =
        drawn(new Segments(List.of(new Segment(BOX, outline))), new Drawing(false, 3))) {
      assertThat(isBlue(picture, 70, 40)).isTrue();
      assertThat(isBlue(picture, 55, 55)).isTrue();
      assertThat(isBlue(picture, 55, 25)).isTrue(); // closed
      assertThat(isBlue(picture, 10, 35)).isTrue(); // box
      assertThat(isBlue(picture, 55, 40)).isFalse();
    }
  }

  @Test
  void a_mask_without_corners_leaves_the_box() throws Exception {
    for (Outline outline :
        List.of(
            new Outline.RunLengths(60, 80, "PX4"),
            new Outline.Polygon(new int[] {60, 70}, new int[] {40, 40}))) {
      try (Picture picture =
          drawn(new Segments(List.of(new Segment(BOX, outline))), new Drawing(false, 3))) {
        assertThat(isBlue(picture, 10, 35)).isTrue();
        assertThat(isBlue(picture, 65, 40)).isFalse();
      }
    }
  }

  @Test
  void key_points_are_dots_as_wide_as_the_stroke_and_may_lie_outside() throws Exception {
    var keypoints =
        List.of(
            new Keypoint(60, 30, 0.9f, 0, "nose"), new Keypoint(-400, 4000, 0.9f, 1, "left_eye"));
    try (Picture picture =
        drawn(new Postures(List.of(new Posture(BOX, keypoints))), new Drawing(false, 4))) {
      assertThat(isBlue(picture, 60, 30)).isTrue();
      assertThat(isBlue(picture, 62, 31)).isTrue();
      assertThat(isBlue(picture, 68, 30)).isFalse();
    }
  }

  @Test
  void labels_lie_in_the_upper_left_corner_of_the_box() throws Exception {
    try (Picture with = drawn(new Detections(List.of(BOX)), new Drawing(true, 1));
        Picture without = drawn(new Detections(List.of(BOX)), new Drawing(false, 1))) {
      int[] orange = Pictures.color(with, 14, 24);
      assertThat(orange[0]).isGreaterThan(200);
      assertThat(orange[2]).isLessThan(110);
      assertThat(Pictures.color(without, 14, 24)[0]).isLessThan(160);
    }
  }

  /** The reference's own labels are cut at the right and lower edges, too. */
  @Test
  void labels_at_the_edge_are_cut() throws Exception {
    var corner = new Detection(79, 59, 80, 60, 0.9f, 0, "\u9580".repeat(400));
    try (Picture picture = drawn(new Detections(List.of(corner)), new Drawing(true, 1))) {
      assertThat(picture.size()).isEqualTo(new ImageSize(80, 60));
    }
  }

  @Test
  void the_longest_side_is_that_of_the_format() throws Exception {
    var nothing = new Detections(List.of());
    var drawing = new Drawing(false, 1);
    try (Picture longest = Pictures.plain(PredictionPainter.LONGEST_SIDE, 1, 0, 0, 0)) {
      assertThat(PredictionPainter.jpeg(longest, nothing, drawing)).isNotEmpty();
    }
    try (Picture longer = Pictures.plain(PredictionPainter.LONGEST_SIDE + 1, 1, 0, 0, 0)) {
      assertThatThrownBy(() -> PredictionPainter.jpeg(longer, nothing, drawing))
          .isInstanceOf(RuntimeException.class);
    }
  }
}
