package dev.penstock.worker.vision.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.worker.vision.image.ImageDecoder;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Picture;
import dev.penstock.worker.vision.image.Pictures;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureFileTest {
  @ParameterizedTest
  @ValueSource(strings = {".jpg", ".png", ".webp", ".bmp", ".tiff", ".gif", ".ppm", ".sr", ".hdr"})
  void finds_width_and_height_of_what_the_encoder_writes(String extension) throws Exception {
    byte[] file = Pictures.encoded(37, 21, extension);

    PictureFile read = PictureFile.read(file);
    assertThat(read.width()).isEqualTo(37);
    assertThat(read.height()).isEqualTo(21);
  }

  @ParameterizedTest
  @ValueSource(strings = {".jpg", ".png", ".webp", ".bmp", ".gif"})
  void refuses_a_file_that_is_cut_off_in_its_head(String extension) {
    byte[] file = Pictures.encoded(37, 21, extension);
    for (int length = 0; length < (extension.equals(".gif") ? 10 : 16); length++) {
      byte[] head = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> PictureFile.read(head))
          .isInstanceOf(UnusableFileException.class)
          .hasMessage(UnusableFileException.MALFORMED);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,37,21", "3,37,21", "5,21,37", "6,21,37", "8,21,37", "9,37,21"})
  void turns_a_jpeg_as_its_orientation_says(int orientation, int width, int height)
      throws Exception {
    byte[] file = Pictures.oriented(Pictures.encoded(37, 21, ".jpg"), orientation);

    assertThat(ImageDecoder.measure(file, true)).isEqualTo(new ImageSize(width, height));
    assertThat(ImageDecoder.measure(file, false)).isEqualTo(new ImageSize(37, 21));
    try (Picture picture = ImageDecoder.decode(file, true)) {
      assertThat(picture.size()).isEqualTo(new ImageSize(width, height));
    }
  }

  @Test
  void broken_orientation_data_does_not_hide_the_size() throws Exception {
    byte[] file = Pictures.oriented(Pictures.encoded(37, 21, ".jpg"), 6);
    file[2 + 4 + 6 + 7] = 127; // the directory's place

    assertThat(ImageDecoder.measure(file, true)).isEqualTo(new ImageSize(37, 21));
  }
}
