package dev.penstock.worker.vision.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  private static final String MALFORMED = "Malformed base64 input image.";

  @ParameterizedTest
  @ValueSource(strings = {".jpg", ".png", ".webp", ".bmp", ".tiff"})
  void reads_colors_of_every_usual_format(String extension) throws Exception {
    byte[] file;
    try (Picture painted = Pictures.plain(40, 30, 250, 128, 3)) {
      file = Pictures.encode(painted, extension);
    }
    try (Picture read = ImageDecoder.decode(file, true)) {
      assertThat(read.size()).isEqualTo(new ImageSize(40, 30));
      int[] color = Pictures.color(read, 20, 15);
      assertThat(color[0]).isCloseTo(250, within(6));
      assertThat(color[1]).isCloseTo(128, within(6));
      assertThat(color[2]).isCloseTo(3, within(6));
    }
  }

  @ParameterizedTest
  @CsvSource({"true,20,40", "false,40,20"})
  void applies_the_orientation_unless_told_not_to(boolean orient, int width, int height)
      throws Exception {
    byte[] file;
    try (Picture painted = Pictures.plain(40, 20, 250, 128, 3)) {
      file = ImageHeaderTest.oriented(Pictures.encode(painted, ".jpg"), 6);
    }
    try (Picture read = ImageDecoder.decode(file, orient)) {
      assertThat(read.size()).isEqualTo(new ImageSize(width, height));
    }
    assertThat(ImageDecoder.measure(file, orient)).isEqualTo(new ImageSize(width, height));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hello world", "\u00ff\u00d8\u00ff\u00e0 no jpeg at all", "GIF8"})
  void refuses_what_is_no_image(String bytes) {
    byte[] file = bytes.getBytes(StandardCharsets.ISO_8859_1);

    assertThatThrownBy(() -> ImageDecoder.decode(file, true))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessage(MALFORMED);
    assertThatThrownBy(() -> ImageDecoder.measure(file, true))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessage(MALFORMED);
  }

  @Test
  void refuses_a_picture_that_would_unfold_to_gigabytes_before_decoding_it() throws Exception {
    byte[] file;
    try (Picture painted = Pictures.plain(4, 4, 0, 0, 0)) {
      file = Pictures.encode(painted, ".png");
    }
    ByteBuffer.wrap(file).putInt(16, 30_000).putInt(20, 30_000);

    assertThatThrownBy(() -> ImageDecoder.decode(file, true))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessage(
            "The image has 30000 x 30000 pixels, the limit is 178956970 in all: send a smaller"
                + " one.");
    assertThatThrownBy(() -> ImageDecoder.measure(file, true))
        .isInstanceOf(UnreadableImageException.class);
  }

  @Test
  void refuses_a_few_bytes_that_claim_to_be_a_large_picture() {
    byte[] file;
    try (Picture painted = Pictures.plain(4, 4, 0, 0, 0)) {
      file = Pictures.encode(painted, ".png");
    }
    ByteBuffer.wrap(file).putInt(16, 10_000).putInt(20, 10_000);

    assertThatThrownBy(() -> ImageDecoder.decode(file, true))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessageContaining("10000 x 10000 pixels in " + file.length + " bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "astronaut.png,512,512",
    "chelsea.png,451,300",
    "coffee.png,600,400",
    "rocket.jpg,640,427"
  })
  void reads_the_shipped_pictures(String name, int width, int height) throws Exception {
    byte[] file = Files.readAllBytes(Path.of("../deploy/images", name));
    try (Picture read = ImageDecoder.decode(file, true)) {
      assertThat(read.size()).isEqualTo(new ImageSize(width, height));
    }
  }
}
