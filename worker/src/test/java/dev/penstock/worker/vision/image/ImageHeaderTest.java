package dev.penstock.worker.vision.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageHeaderTest {
  @ParameterizedTest
  @ValueSource(strings = {".jpg", ".png", ".webp", ".bmp", ".tiff", ".gif"})
  void finds_width_and_height_of_what_the_encoder_writes(String extension) {
    try (Picture picture = Pictures.plain(37, 21, 200, 10, 10)) {
      byte[] file = Pictures.encode(picture, extension);

      assertThat(ImageHeader.read(file, true)).isEqualTo(new ImageSize(37, 21));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".jpg", ".png", ".webp", ".bmp", ".gif"})
  void says_nothing_of_a_file_that_is_cut_off(String extension) {
    try (Picture picture = Pictures.plain(37, 21, 200, 10, 10)) {
      byte[] file = Pictures.encode(picture, extension);
      for (int length = 0; length < 16; length++) {
        if (!extension.equals(".gif") || length < 10) {
          assertThat(ImageHeader.read(Arrays.copyOf(file, length), true)).isNull();
        }
      }
    }
  }

  @Test
  void says_nothing_of_other_bytes() {
    assertThat(ImageHeader.read(new byte[40], true)).isNull();
    assertThat(ImageHeader.read(new byte[0], true)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"1,37,21", "3,37,21", "5,21,37", "6,21,37", "8,21,37", "9,37,21"})
  void turns_a_jpeg_as_its_orientation_says(int orientation, int width, int height) {
    try (Picture picture = Pictures.plain(37, 21, 200, 10, 10)) {
      byte[] file = oriented(Pictures.encode(picture, ".jpg"), orientation);

      assertThat(ImageHeader.read(file, true)).isEqualTo(new ImageSize(width, height));
      assertThat(ImageHeader.read(file, false)).isEqualTo(new ImageSize(37, 21));
    }
  }

  @Test
  void broken_orientation_data_does_not_hide_the_size() {
    try (Picture picture = Pictures.plain(37, 21, 200, 10, 10)) {
      byte[] file = oriented(Pictures.encode(picture, ".jpg"), 6);
      file[2 + 4 + 6 + 7] = 127; // the directory's place

      assertThat(ImageHeader.read(file, true)).isEqualTo(new ImageSize(37, 21));
    }
  }

  /** Puts EXIF data with that orientation behind the first marker of a JPEG. */
  static byte[] oriented(byte[] jpeg, int orientation) {
    byte[] exif = {
      (byte) 0xFF,
      (byte) 0xE1,
      0,
      34,
      'E',
      'x',
      'i',
      'f',
      0,
      0,
      'M',
      'M',
      0,
      42,
      0,
      0,
      0,
      8,
      0,
      1,
      1,
      18,
      0,
      3,
      0,
      0,
      0,
      1,
      0,
      (byte) orientation,
      0,
      0,
      0,
      0,
      0,
      0
    };
    var file = new ByteArrayOutputStream();
    file.write(jpeg, 0, 2);
    file.writeBytes(exif);
    file.write(jpeg, 2, jpeg.length - 2);
    return file.toByteArray();
  }
}
