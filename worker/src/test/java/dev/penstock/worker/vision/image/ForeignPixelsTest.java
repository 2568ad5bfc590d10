package dev.penstock.worker.vision.image;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No picture shows what memory held before. The same file is decoded after memory of all sizes was
 * filled with one value, and with another: whatever the decoder leaves unwritten differs.
 */
class ForeignPixelsTest {
  private static final int ONE = 0xA5;
  private static final int ANOTHER = 0xE1;

  private static final Map<String, byte[]> FILES = PictureFiles.all();

  static Stream<String> formats() {
    return FILES.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void every_pixel_of_every_format_is_of_the_picture(String format) {
    byte[] file = requireNonNull(FILES.get(format));

    assertThat(decodedAmong(ONE, file)).isNotNull().isEqualTo(decodedAmong(ANOTHER, file));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void a_file_that_is_cut_off_shows_nothing_else(String format) {
    byte[] file = requireNonNull(FILES.get(format));
    for (int i = 1; i <= 40; i++) {
      byte[] cut = Arrays.copyOf(file, file.length * i / 41);
      assertThat(decodedAmong(ONE, cut))
          .as("%d of %d bytes", cut.length, file.length)
          .isEqualTo(decodedAmong(ANOTHER, cut));
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void a_broken_file_shows_nothing_else(String format) {
    byte[] file = requireNonNull(FILES.get(format));
    var random = new Random(format.hashCode());
    for (int i = 0; i < 60; i++) {
      byte[] broken = file.clone();
      int reach = i % 2 == 0 ? broken.length : Math.min(200, broken.length);
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        broken[random.nextInt(reach)] = (byte) random.nextInt(256);
      }
      assertThat(decodedAmong(ONE, broken))
          .as("file %d", i)
          .isEqualTo(decodedAmong(ANOTHER, broken));
    }
  }

  @Test
  void an_animation_with_a_broken_first_frame_is_refused() {
    byte[] garbage = {0x78, (byte) 0x9C, 1, 2, 3, 4, 5};

    assertThat(decodedAmong(ONE, PictureFiles.animatedPng(garbage))).isNull();
  }

  /** Null when it is refused; a size of its own in front. */
  private static byte @Nullable [] decodedAmong(int value, byte[] file) {
    fillMemory(value);
    try (Picture picture = ImageDecoder.decode(file, true)) {
      return Pictures.bytes(picture.pixels());
    } catch (UnreadableImageException e) {
      return null;
    }
  }

  /** What is freed last is given out first: much of it is what the decoder is given next. */
  private static void fillMemory(int value) {
    List<Mat> held = new ArrayList<>();
    try (var scalar = new Scalar(value, value, value, value)) {
      for (int side : new int[] {1, 2, 4, 8, 16, 24, 32, PictureFiles.SIDE, 64, 96}) {
        for (int channels = 1; channels <= 4; channels++) {
          for (int i = 0; i < 3; i++) {
            held.add(
                new Mat(side, PictureFiles.SIDE, opencv_core.CV_MAKETYPE(0, channels), scalar));
          }
        }
      }
    }
    held.forEach(Mat::close);
  }
}
