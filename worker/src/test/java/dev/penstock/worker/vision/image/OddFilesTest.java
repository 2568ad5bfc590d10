package dev.penstock.worker.vision.image;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers that are legal and rare. */
class OddFilesTest {
  private static final int SIDE = PictureFiles.SIDE;

  static Stream<String> asOpenCvDoes() {
    return PictureFiles.all().keySet().stream()
        .filter(name -> !name.contains("PAM") && !name.equals("grey .pfm"));
  }

  /** The reference server's decoder, where it can be trusted. */
  @ParameterizedTest
  @MethodSource("asOpenCvDoes")
  void is_decoded_as_by_the_reference(String name) throws Exception {
    byte[] file = requireNonNull(PictureFiles.all().get(name));
    try (var bytes = new BytePointer(file);
        var buffer = new Mat(1, file.length, opencv_core.CV_8UC1, bytes);
        Mat expected = opencv_imgcodecs.imdecode(buffer, opencv_imgcodecs.IMREAD_COLOR);
        Picture read = ImageDecoder.decode(file, true)) {
      assertThat(Pictures.bytes(read.pixels())).isEqualTo(Pictures.bytes(expected));
      assertThat(ImageDecoder.measure(file, true)).isEqualTo(read.size());
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2,1", "3,1", "4,1", "1,2", "2,2", "3,2", "4,2"})
  void a_pam_has_its_colors_and_loses_its_transparency(int depth, int bytesPerSample)
      throws Exception {
    int highest = bytesPerSample == 1 ? 255 : 65535;
    byte[] samples = PictureFiles.pixels(depth * bytesPerSample);
    try (Picture read =
        ImageDecoder.decode(PictureFiles.pam(depth, highest, bytesPerSample), true)) {
      int at = 5 * SIDE + 7;
      int step = depth * bytesPerSample;
      int red = samples[at * step];
      int green = depth < 3 ? red : samples[at * step + bytesPerSample];
      int blue = depth < 3 ? red : samples[at * step + 2 * bytesPerSample];
      assertThat(Pictures.color(read, 7, 5)).containsExactly(red, green, blue);
    }
  }

  @Test
  void a_black_and_white_pam_is_black_and_white() throws Exception {
    byte[] samples = PictureFiles.pixels(1);
    try (Picture read = ImageDecoder.decode(PictureFiles.pam(1, 1, 1), true)) {
      for (int x = 0; x < SIDE; x++) {
        assertThat(Pictures.color(read, x, 0)[0]).isEqualTo((samples[x] & 1) * 255);
      }
    }
  }

  @Test
  void a_pam_that_is_cut_off_is_refused() {
    byte[] file = PictureFiles.pam(4, 255, 1);
    refused(Arrays.copyOf(file, file.length - 1));
  }

  @Test
  void the_oldest_bmp_has_sides_of_sixteen_bits() throws Exception {
    byte[] file = PictureFiles.os2Bmp(PictureFiles.pixels(3));

    assertThat(ImageDecoder.measure(file, true)).isEqualTo(new ImageSize(SIDE, SIDE));
  }

  @Test
  void a_png_begins_with_its_header() {
    byte[] png = Pictures.encoded(SIDE, SIDE, ".png");
    byte[] comment = PictureFiles.chunk("tEXt", "a\0b".getBytes(StandardCharsets.US_ASCII));

    refused(
        PictureFiles.join(
            PictureFiles.signature(), comment, Arrays.copyOfRange(png, 8, png.length)));
  }

  @Test
  void a_turned_png_is_turned() throws Exception {
    byte[] png = Pictures.encoded(SIDE, SIDE / 2, ".png");
    byte[] oriented = Pictures.oriented(new byte[2], 6);
    byte[] exif = PictureFiles.chunk("eXIf", Arrays.copyOfRange(oriented, 12, oriented.length));
    byte[] file =
        PictureFiles.join(Arrays.copyOf(png, 33), exif, Arrays.copyOfRange(png, 33, png.length));

    assertThat(ImageDecoder.measure(file, true)).isEqualTo(new ImageSize(SIDE / 2, SIDE));
    assertThat(ImageDecoder.measure(file, false)).isEqualTo(new ImageSize(SIDE, SIDE / 2));
    try (Picture read = ImageDecoder.decode(file, true)) {
      assertThat(read.size()).isEqualTo(new ImageSize(SIDE / 2, SIDE));
    }
  }

  /** As the reference server's version of OpenCV. */
  @Test
  void a_webp_stays_as_it_is_stored() throws Exception {
    byte[] still = Pictures.encoded(SIDE, SIDE / 2, ".webp");
    byte[] oriented = Pictures.oriented(new byte[2], 6);
    byte[] exif = Arrays.copyOfRange(oriented, 12, oriented.length);
    ByteBuffer file =
        ByteBuffer.allocate(30 + still.length - 12 + 8 + exif.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    file.put(still, 0, 12).putInt(4, file.capacity() - 8);
    file.put("VP8X".getBytes(StandardCharsets.US_ASCII)).putInt(10).putInt(0x08);
    file.putShort((short) (SIDE - 1)).put((byte) 0).putShort((short) (SIDE / 2 - 1)).put((byte) 0);
    file.put(still, 12, still.length - 12);
    file.put("EXIF".getBytes(StandardCharsets.US_ASCII)).putInt(exif.length).put(exif);

    try (Picture read = ImageDecoder.decode(file.array(), true)) {
      assertThat(read.size()).isEqualTo(new ImageSize(SIDE, SIDE / 2));
    }
    assertThat(ImageDecoder.measure(file.array(), true)).isEqualTo(new ImageSize(SIDE, SIDE / 2));
  }

  @Test
  void a_gif_keeps_its_background_around_a_small_first_picture() throws Exception {
    byte[] gif = {
      'G',
      'I',
      'F',
      '8',
      '7',
      'a',
      4,
      0,
      3,
      0,
      (byte) 0x80,
      1,
      0, // 4 x 3, background 1
      10,
      20,
      30,
      40,
      50,
      60, // two colours
      0x2C,
      1,
      0,
      1,
      0,
      2,
      0,
      1,
      0,
      0, // 2 x 1 at 1, 1
      2,
      2,
      0b00_000_100,
      0b0000_101_0,
      0, // clear, 0, 0, end
      0x3B
    };
    try (Picture read = ImageDecoder.decode(gif, true)) {
      assertThat(read.size()).isEqualTo(new ImageSize(4, 3));
      assertThat(Pictures.color(read, 0, 0)).containsExactly(40, 50, 60);
      assertThat(Pictures.color(read, 1, 1)).containsExactly(10, 20, 30);
      assertThat(Pictures.color(read, 2, 1)).containsExactly(10, 20, 30);
      assertThat(Pictures.color(read, 3, 1)).containsExactly(40, 50, 60);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void a_tiff_is_turned_by_its_tag(int orientation) throws Exception {
    var tags = new TiffBuilder(ByteOrder.BIG_ENDIAN);
    tags.longs(256, SIDE).longs(257, SIDE / 2).shorts(258, 8).shorts(259, 1).shorts(262, 1);
    tags.longs(273, 1024).shorts(274, orientation).shorts(277, 1).longs(278, SIDE);
    tags.longs(279, SIDE * SIDE / 2);
    byte[] file = PictureFiles.join(tags.build(1024), PictureFiles.pixels(1));

    ImageSize expected =
        orientation < 5 ? new ImageSize(SIDE, SIDE / 2) : new ImageSize(SIDE / 2, SIDE);
    try (Picture read = ImageDecoder.decode(file, true)) {
      assertThat(read.size()).isEqualTo(expected);
    }
    assertThat(ImageDecoder.measure(file, true)).isEqualTo(expected);
  }

  @Test
  void a_raw_photograph_in_a_tiff_is_named() {
    var tags = new TiffBuilder(ByteOrder.LITTLE_ENDIAN);
    tags.longs(256, SIDE).longs(257, SIDE).bytes(50706, 1, 4, 0, 0);

    assertThatThrownBy(() -> ImageDecoder.decode(tags.build(500), true))
        .hasMessageContaining("a camera's raw picture");
  }

  @Test
  void a_jpeg_with_fill_bytes_and_long_segments_is_read() throws Exception {
    byte[] jpeg = Pictures.encoded(SIDE, SIDE, ".jpg");
    byte[] segment = new byte[2 + 0xFFFF];
    segment[0] = (byte) 0xFF;
    segment[1] = (byte) 0xED;
    segment[2] = (byte) 0xFF;
    segment[3] = (byte) 0xFF;
    byte[] file =
        PictureFiles.join(
            Arrays.copyOf(jpeg, 2),
            segment,
            new byte[] {1, 2, 3, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF},
            Arrays.copyOfRange(jpeg, 2, jpeg.length));

    try (Picture read = ImageDecoder.decode(file, true)) {
      assertThat(Pictures.color(read, 5, 5)[0]).isCloseTo(200, within(6));
    }
  }

  private static void refused(byte[] file) {
    assertThatThrownBy(() -> ImageDecoder.decode(file, true))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessage("Malformed base64 input image.");
  }
}
