package dev.penstock.worker.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.Drawing;
import dev.penstock.worker.vision.ClassScore;
import dev.penstock.worker.vision.Predictions.ClassMap;
import dev.penstock.worker.vision.Predictions.Label;
import dev.penstock.worker.vision.Predictions.Labels;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Picture;
import dev.penstock.worker.vision.image.Pictures;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassPainterTest {
  private static final Drawing PLAIN = new Drawing(false, 2);

  @Test
  void the_best_class_is_named_in_its_colour_within_a_frame_of_it() {
    try (Picture picture = Pictures.plain(200, 100, 10, 20, 30)) {
      new ClassPainter(picture.pixels(), PLAIN)
          .label(new Label(List.of(new ClassScore("cat", 1, 0.9), new ClassScore("dog", 0, 0.1))));

      assertThat(Pictures.color(picture, 3, 3)).containsExactly(0xFF, 0x40, 0x40);
      assertThat(Pictures.color(picture, 199, 99)).containsExactly(0xFF, 0x40, 0x40);
      assertThat(Pictures.color(picture, 190, 50)).containsExactly(10, 20, 30);
    }
  }

  @Test
  void a_picture_without_a_class_stays_as_it_is() {
    try (Picture picture = Pictures.plain(20, 20, 10, 20, 30)) {
      byte[] before = Pictures.bytes(picture.pixels());
      new ClassPainter(picture.pixels(), PLAIN).label(new Label(List.of()));

      assertThat(Pictures.bytes(picture.pixels())).isEqualTo(before);
    }
  }

  @Test
  void a_thousand_labels_go_as_far_down_as_the_picture() {
    List<ClassScore> all =
        IntStream.range(0, 1000)
            .mapToObj(i -> new ClassScore("class " + i, i, i / 1000.0))
            .toList();
    try (Picture picture = Pictures.plain(200, 100, 10, 20, 30)) {
      new ClassPainter(picture.pixels(), PLAIN).labels(new Labels(all, List.of()));

      assertThat(Pictures.color(picture, 3, 3)).containsExactly(0x48, 0x92, 0xEA);
      assertThat(Pictures.color(picture, 3, 96)).containsExactly(0x48, 0x92, 0xEA);
    }
  }

  @Test
  void a_map_colours_all_but_the_background_and_names_what_is_there() {
    var map =
        new ClassMap(
            new ImageSize(2, 100), new byte[200], new byte[200], List.of("background", "road"));
    map.classIds()[199] = 1;
    try (Picture picture = Pictures.plain(2, 100, 10, 20, 30)) {
      new ClassPainter(picture.pixels(), PLAIN).map(map);

      assertThat(Pictures.color(picture, 0, 99)).containsExactly(10, 20, 30);
      assertThat(Pictures.color(picture, 1, 99))
          .containsExactly((10 + 0xFF) / 2, (20 + 0x40) / 2, (30 + 0x40) / 2);
      assertThat(Pictures.color(picture, 0, 0)).containsExactly(10, 20, 30);

      new ClassPainter(picture.pixels(), new Drawing(true, 1)).map(map);
      assertThat(Pictures.color(picture, 0, 0)).containsExactly(0xFF, 0x40, 0x40);
    }
  }
}
