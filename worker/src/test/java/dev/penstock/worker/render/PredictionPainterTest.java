package dev.penstock.worker.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.Drawing;
import dev.penstock.worker.vision.Detection;
import dev.penstock.worker.vision.Predictions.Detections;
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
}
