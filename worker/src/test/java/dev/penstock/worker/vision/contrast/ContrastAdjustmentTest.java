package dev.penstock.worker.vision.contrast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.ModelDescription.Contrast;
import dev.penstock.worker.vision.image.Picture;
import dev.penstock.worker.vision.image.Pictures;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Expected pictures come from scikit-image, see src/test/python/make_picture_vectors.py. */
class ContrastAdjustmentTest {
  static Stream<Arguments> pictures() {
    return Stream.of("waves", "dull", "grey", "plain", "small", "line")
        .flatMap(
            name -> Arrays.stream(Contrast.values()).map(contrast -> Arguments.of(name, contrast)));
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void equals_scikit_image_in_every_pixel(String name, Contrast contrast) throws Exception {
    String suffix = contrast.name().toLowerCase(Locale.ROOT).replace('_', '-');
    try (Picture picture = Pictures.stored(name);
        Picture expected = Pictures.stored(name + "-" + suffix);
        Mat adjusted = new Mat()) {
      ContrastAdjustment.of(contrast).adjust(picture.pixels(), adjusted);

      assertThat(Pictures.bytes(adjusted)).isEqualTo(Pictures.bytes(expected.pixels()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void looks_at_the_given_part_only_and_leaves_the_picture_as_it_is(Contrast contrast)
      throws Exception {
    try (Picture picture = Pictures.stored("waves");
        Rect middle = new Rect(20, 10, 40, 30);
        Mat part = new Mat(picture.pixels(), middle);
        Mat alone = part.clone();
        Mat adjustedPart = new Mat();
        Mat adjustedAlone = new Mat()) {
      byte[] before = Pictures.bytes(picture.pixels());

      ContrastAdjustment.of(contrast).adjust(part, adjustedPart);
      ContrastAdjustment.of(contrast).adjust(alone, adjustedAlone);

      assertThat(Pictures.bytes(adjustedPart)).isEqualTo(Pictures.bytes(adjustedAlone));
      assertThat(Pictures.bytes(picture.pixels())).isEqualTo(before);
    }
  }
}
