package dev.penstock.worker.vision.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.worker.vision.image.OpenCv;
import dev.penstock.worker.vision.image.Picture;
import dev.penstock.worker.vision.image.Pictures;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected pictures come from Pillow, see src/test/python/make_picture_vectors.py. */
class PillowResizeTest {
  @BeforeAll
  static void load() {
    OpenCv.load();
  }

  @ParameterizedTest
  @CsvSource({
    "waves, 32, 32",
    "waves, 97, 20",
    "waves, 20, 61",
    "waves, 140, 100",
    "line, 20, 20",
    "small, 160, 160",
    "small, 1, 1"
  })
  void equals_pillow_in_every_pixel(String name, int width, int height) throws Exception {
    try (Picture picture = Pictures.stored(name);
        Picture expected = Pictures.stored("%s-%dx%d".formatted(name, width, height));
        Mat resized = PillowResize.resize(picture.pixels(), width, height)) {
      assertThat(resized.cols()).isEqualTo(width);
      assertThat(Pictures.bytes(resized)).isEqualTo(Pictures.bytes(expected.pixels()));
    }
  }

  @Test
  void a_picture_of_that_size_stays_as_it_is() throws Exception {
    try (Picture picture = Pictures.stored("dull");
        Mat resized = PillowResize.resize(picture.pixels(), 64, 90)) {
      assertThat(Pictures.bytes(resized)).isEqualTo(Pictures.bytes(picture.pixels()));
    }
  }

  @Test
  void a_picture_much_higher_than_wide_is_refused_before_it_takes_memory() throws Exception {
    try (Mat narrow = new Mat(1_000_000, 2, opencv_core.CV_8UC3)) {
      assertThatThrownBy(() -> PillowResize.resize(narrow, 640, 640))
          .isInstanceOf(UnusableImageException.class)
          .hasMessageContaining("2 x 1000000 pixels is too high for the model");
      try (Mat resized = PillowResize.resize(narrow, 2, 640)) {
        assertThat(resized.rows()).isEqualTo(640);
      }
    }
  }
}
