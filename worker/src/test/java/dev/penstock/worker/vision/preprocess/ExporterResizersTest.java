package dev.penstock.worker.vision.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.ModelDescription.ResizeMode;
import dev.penstock.worker.vision.image.OpenCv;
import dev.penstock.worker.vision.image.Placement.Padding;
import dev.penstock.worker.vision.preprocess.Resizer.Resized;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How export tools resize; expected numbers are those of their formulas. */
class ExporterResizersTest {
  @BeforeAll
  static void load() {
    OpenCv.load();
  }

  private static Resized resized(ResizeMode mode, int target, int width, int height)
      throws Exception {
    try (Scalar grey = Scalar.all(90);
        Mat picture = new Mat(height, width, opencv_core.CV_8UC3, grey)) {
      return Resizer.of(mode, target, target).resize(picture);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // picture, picture in the input, padding left, top, right, bottom
    "400, 300, 160, 120, 0, 20, 0, 20",
    "300, 400, 120, 160, 20, 0, 20, 0",
    "333, 250, 160, 120, 0, 20, 0, 20",
    "101, 100, 160, 158, 0, 1, 0, 1",
    "641, 427, 160, 107, 0, 26, 0, 27",
    "1000, 1, 160, 1, 0, 79, 0, 80",
    "160, 160, 160, 160, 0, 0, 0, 0"
  })
  void a_rounded_letterbox_keeps_the_nearest_pixel_of_each_side(
      int width,
      int height,
      int scaledWidth,
      int scaledHeight,
      int left,
      int top,
      int right,
      int bottom)
      throws Exception {
    try (Resized resized = resized(ResizeMode.LETTERBOX_ROUNDED, 160, width, height)) {
      assertThat(resized.pixels().cols()).isEqualTo(scaledWidth);
      assertThat(resized.pixels().rows()).isEqualTo(scaledHeight);
      assertThat(resized.padding()).isEqualTo(new Padding(left, top, right, bottom));
      assertThat(resized.scaleX()).isEqualTo((double) scaledWidth / width);
      assertThat(resized.scaleY()).isEqualTo((double) scaledHeight / height);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // picture, picture in the input
    "400, 300, 160, 120",
    "300, 400, 120, 160",
    "333, 250, 160, 120", // 120.12
    "641, 427, 160, 106", // 106.58, rounded down
    "1000, 1, 160, 1",
    "80, 40, 160, 80"
  })
  void yolox_puts_pictures_into_the_upper_left_corner(
      int width, int height, int scaledWidth, int scaledHeight) throws Exception {
    try (Resized resized = resized(ResizeMode.LETTERBOX_TOP_LEFT, 160, width, height)) {
      assertThat(resized.pixels().cols()).isEqualTo(scaledWidth);
      assertThat(resized.pixels().rows()).isEqualTo(scaledHeight);
      assertThat(resized.left()).isZero();
      assertThat(resized.top()).isZero();
      assertThat(resized.padding())
          .isEqualTo(new Padding(0, 0, 160 - scaledWidth, 160 - scaledHeight));
      double scale = Math.min(160.0 / width, 160.0 / height);
      assertThat(resized.scaleX()).isEqualTo(scale);
      assertThat(resized.scaleY()).isEqualTo(scale);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // picture, what is cut off left, top, right, bottom after the shorter edge is 64
    "128, 64, -32, 0, -32, 0",
    "64, 128, 0, -32, 0, -32",
    "100, 99, 0, 0, 0, 0",
    "103, 100, 0, 0, -1, 0",
    "107, 100, -2, 0, -2, 0",
    "105, 100, -2, 0, -1, 0"
  })
  void a_shorter_edge_crop_cuts_the_middle(
      int width, int height, int left, int top, int right, int bottom) throws Exception {
    try (Resized resized = resized(ResizeMode.SHORTER_EDGE_CROP, 64, width, height)) {
      assertThat(resized.pixels().cols()).isEqualTo(64);
      assertThat(resized.pixels().rows()).isEqualTo(64);
      assertThat(resized.padding()).isEqualTo(new Padding(left, top, right, bottom));
    }
  }

  @Test
  void a_picture_much_longer_than_wide_is_refused_before_it_takes_memory() {
    assertThatThrownBy(() -> resized(ResizeMode.SHORTER_EDGE_CROP, 224, 30_000, 10))
        .isInstanceOf(UnusableImageException.class)
        .hasMessageContaining("more than 64 times the other");
  }
}
