package dev.penstock.worker.vision.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.worker.vision.image.OpenCv;
import dev.penstock.worker.vision.image.Picture;
import dev.penstock.worker.vision.image.Pictures;
import java.util.Random;
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

  /** Pillow's limits, tried with version 12.3. */
  @ParameterizedTest
  @CsvSource({
    "3, 300, 160, 160, false",
    "3, 301, 160, 160, true",
    "3, 500, 160, 160, true",
    "7, 700, 64, 300, false",
    "7, 701, 64, 300, true",
    "3, 301, 64, 300, true",
    "3, 301, 64, 302, false",
    "500, 3, 160, 160, false"
  })
  void the_height_of_very_tall_pictures_goes_first(
      int width, int height, int toWidth, int toHeight, boolean heightFirst) throws Exception {
    try (Mat picture = noise(width, height);
        Mat resized = PillowResize.resize(picture, toWidth, toHeight);
        Mat low = PillowResize.resize(picture, width, toHeight);
        Mat wide = PillowResize.resize(picture, toWidth, height);
        Mat heightThenWidth = PillowResize.resize(low, toWidth, toHeight);
        Mat widthThenHeight = PillowResize.resize(wide, toWidth, toHeight)) {
      byte[] expected = Pictures.bytes(heightFirst ? heightThenWidth : widthThenHeight);
      byte[] other = Pictures.bytes(heightFirst ? widthThenHeight : heightThenWidth);

      assertThat(Pictures.bytes(resized)).isEqualTo(expected).isNotEqualTo(other);
    }
  }

  private static Mat noise(int width, int height) {
    byte[] pixels = new byte[width * height * 3];
    new Random(width + height).nextBytes(pixels);
    var picture = new Mat(height, width, opencv_core.CV_8UC3);
    picture.data().put(pixels);
    return picture;
  }

  @Test
  void a_picture_whose_rows_would_be_too_much_is_refused_before_it_takes_memory() throws Exception {
    try (Mat high = new Mat(5_000, 50, opencv_core.CV_8UC3)) {
      assertThatThrownBy(() -> PillowResize.resize(high, 16_384, 640))
          .isInstanceOf(UnusableImageException.class)
          .hasMessageContaining("50 x 5000 pixels is too high for the model");
    }
  }

  @Test
  void a_line_is_no_burden() throws Exception {
    try (Mat narrow = noise(2, 1_000_000);
        Mat resized = PillowResize.resize(narrow, 640, 640)) {
      assertThat(resized.rows()).isEqualTo(640);
      assertThat(resized.cols()).isEqualTo(640);
    }
  }
}
