package dev.penstock.worker.vision.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.worker.vision.image.Picture;
import dev.penstock.worker.vision.image.Pictures;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected pictures come from Pillow, see src/test/python/make_picture_vectors.py. */
class PillowResizeTest {
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
}
