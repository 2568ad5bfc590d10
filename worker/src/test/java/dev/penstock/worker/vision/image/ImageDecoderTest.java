package dev.penstock.worker.vision.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
      file = Pictures.oriented(Pictures.encode(painted, ".jpg"), 6);
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
  void reads_grey_float_maps() throws Exception {
    byte[] head = "Pf\n2 2\n-1.0\n".getBytes(StandardCharsets.US_ASCII);
    byte[] file =
        ByteBuffer.allocate(head.length + 4 * Float.BYTES)
            .put(head)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putFloat(7)
            .putFloat(7)
            .putFloat(7)
            .putFloat(200)
            .array();

    try (Picture read = ImageDecoder.decode(file, true)) {
      assertThat(Pictures.color(read, 0, 1)).containsExactly(7, 7, 7);
      assertThat(Pictures.color(read, 1, 0)).containsExactly(200, 200, 200);
    }
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
    ".tiff, 2, 2",
    ".gif, 1, 1",
    ".hdr, 1, 6"
  })
  void knows_from_the_header_how_much_memory_a_picture_takes(
      String extension, int copies, int expected) {
    try (Picture painted = Pictures.plain(400, 300, 1, 2, 3)) {
      assertThat(ImageDecoder.demand(Pictures.encode(painted, extension), copies).bytes())
          .isBetween(400 * 300 * 3L * expected, 400 * 300 * 3L * expected + 500_000);
    }
  }

  @Test
  void a_progressive_jpeg_takes_more_and_a_turned_one_too() {
    long copy = 400 * 300 * 3L;
    // Two bytes for each sample; those of the colours are half as many to each side, in whole
    // blocks.
    long coefficients = 2L * (400 * 304 + 2 * 200 * 152);
    try (Picture painted = Pictures.plain(400, 300, 1, 2, 3);
        var progressive = new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE, 1)) {
      byte[] file = Pictures.encode(painted, ".jpg", progressive);
      byte[] turned = Pictures.oriented(file, 6);

      assertThat(ImageDecoder.demand(file, 1).bytes()).isEqualTo(copy + coefficients);
      assertThat(ImageDecoder.demand(turned, 1).bytes()).isEqualTo(2 * copy + coefficients);
    }
  }

  @Test
  void what_is_no_picture_takes_nothing() {
    assertThat(ImageDecoder.demand(new byte[20_000_000], 1)).isEqualTo(ImageDemand.NONE);
  }

  @Test
  void what_is_refused_anyway_takes_nothing() {
    byte[] file;
    try (Picture painted = Pictures.plain(4, 4, 0, 0, 0)) {
      file = Pictures.encode(painted, ".png");
    }
    ByteBuffer.wrap(file).putInt(16, 30_000).putInt(20, 30_000);

    assertThat(ImageDecoder.demand(file, 1)).isEqualTo(ImageDemand.NONE);
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
