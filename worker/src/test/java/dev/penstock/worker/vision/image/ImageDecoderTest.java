package dev.penstock.worker.vision.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_imgcodecs;
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

  /** OpenCV gives them one channel, whatever it is asked for. */
  @Test
  void refuses_grey_float_maps() {
    byte[] head = "Pf\n2 2\n-1.0\n".getBytes(StandardCharsets.US_ASCII);
    byte[] file = Arrays.copyOf(head, head.length + 4 * Float.BYTES);

    assertThatThrownBy(() -> ImageDecoder.decode(file, true))
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

  /** As measured for each decoder; the picture itself is one copy of three bytes a pixel. */
  @ParameterizedTest
  @CsvSource({
    ".png, 1, 1",
    ".png, 3, 3",
    ".jpg, 1, 1",
    ".bmp, 1, 1",
    ".webp, 1, 4",
    ".tiff, 2, 4",
    ".gif, 1, 4"
  })
  void knows_from_the_header_how_much_memory_a_picture_takes(
      String extension, int copies, int expected) {
    try (Picture painted = Pictures.plain(400, 300, 1, 2, 3)) {
      assertThat(ImageDecoder.demand(Pictures.encode(painted, extension), true, copies))
          .isEqualTo(new ImageDemand(400 * 300 * 3L * expected, true));
    }
  }

  @Test
  void a_progressive_jpeg_takes_more_and_a_turned_one_too() {
    long copy = 400 * 300 * 3L;
    try (Picture painted = Pictures.plain(400, 300, 1, 2, 3);
        var progressive = new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE, 1)) {
      byte[] file = Pictures.encode(painted, ".jpg", progressive);
      byte[] turned = ImageHeaderTest.oriented(file, 6);

      assertThat(ImageDecoder.demand(file, true, 1).bytes()).isEqualTo(3 * copy);
      assertThat(ImageDecoder.demand(turned, true, 1).bytes()).isEqualTo(4 * copy);
      assertThat(ImageDecoder.demand(turned, false, 1).bytes()).isEqualTo(3 * copy);
    }
  }

  @Test
  void what_has_no_usual_header_is_guessed_by_its_length() {
    var guess = ImageDecoder.demand(new byte[100], true, 1);
    assertThat(guess.declared()).isFalse();
    assertThat(guess.bytes()).isBetween(100_000L, 1_000_000L);
    assertThat(ImageDecoder.demand(new byte[20_000_000], true, 1).bytes())
        .isEqualTo(ImageDecoder.MAX_PIXELS * 24);
  }

  @Test
  void what_is_refused_anyway_takes_nothing() {
    byte[] file;
    try (Picture painted = Pictures.plain(4, 4, 0, 0, 0)) {
      file = Pictures.encode(painted, ".png");
    }
    ByteBuffer.wrap(file).putInt(16, 30_000).putInt(20, 30_000);

    assertThat(ImageDecoder.demand(file, true, 1)).isEqualTo(ImageDemand.NONE);
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
