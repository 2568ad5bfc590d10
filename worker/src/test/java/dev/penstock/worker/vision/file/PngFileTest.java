package dev.penstock.worker.vision.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.worker.vision.image.ImageDecoder;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Picture;
import dev.penstock.worker.vision.image.Pictures;
import dev.penstock.worker.vision.image.UnreadableImageException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class PngFileTest {
  private static final int AFTER_HEADER = 8 + 25;

  private static byte[] png() {
    try (Picture picture = Pictures.plain(37, 21, 200, 10, 10)) {
      return Pictures.encode(picture, ".png");
    }
  }

  static byte[] chunk(String type, byte[] data) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    var sum = new CRC32();
    sum.update(name);
    sum.update(data);
    return ByteBuffer.allocate(12 + data.length)
        .putInt(data.length)
        .put(name)
        .put(data)
        .putInt((int) sum.getValue())
        .array();
  }

  private static byte[] withAfterHeader(byte[] png, byte[]... chunks) {
    var file = new ByteArrayOutputStream();
    file.write(png, 0, AFTER_HEADER);
    for (byte[] chunk : chunks) {
      file.writeBytes(chunk);
    }
    file.write(png, AFTER_HEADER, png.length - AFTER_HEADER);
    return file.toByteArray();
  }

  @Test
  void comments_profiles_and_what_follows_the_end_are_left_out() {
    byte[] file =
        withAfterHeader(
            png(),
            chunk("tEXt", new byte[9]),
            chunk("iCCP", new byte[3]),
            chunk("abCD", new byte[0]));
    byte[] longer = Arrays.copyOf(file, file.length + 100);

    assertThat(PngFile.essential(longer)).isEqualTo(png());
  }

  @Test
  void the_orientation_stays_the_first_time() {
    byte[] first = chunk("eXIf", new byte[] {1});
    byte[] file = withAfterHeader(png(), first, chunk("eXIf", new byte[] {2}));

    assertThat(PngFile.essential(file)).isEqualTo(withAfterHeader(png(), first));
  }

  @Test
  void files_without_anything_else_stay_as_they_are() {
    byte[] plain = png();
    assertThat(PngFile.essential(plain)).isSameAs(plain);
  }

  @Test
  void nothing_is_kept_from_a_part_on_that_says_it_is_longer_than_the_file() {
    byte[] file = png();
    ByteBuffer.wrap(file).putInt(AFTER_HEADER, 0xFF00_0000);

    assertThat(PngFile.essential(file)).isEqualTo(Arrays.copyOf(file, AFTER_HEADER));
    assertThatThrownBy(() -> ImageDecoder.decode(file, true))
        .isInstanceOf(UnreadableImageException.class);
  }

  @Test
  void hundreds_of_thousands_of_broken_comments_are_passed_over_at_once() throws Exception {
    byte[] broken = chunk("zTXt", new byte[0]);
    broken[11]++;
    byte[][] many = new byte[300_000][];
    Arrays.fill(many, broken);

    try (Picture read = ImageDecoder.decode(withAfterHeader(png(), many), true)) {
      assertThat(read.size()).isEqualTo(new ImageSize(37, 21));
    }
  }
}
