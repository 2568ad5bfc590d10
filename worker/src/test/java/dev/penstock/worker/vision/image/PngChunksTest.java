package dev.penstock.worker.vision.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class PngChunksTest {
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

    assertThat(PngChunks.essential(longer)).isEqualTo(png());
  }

  @Test
  void the_orientation_stays_the_first_time() {
    byte[] first = chunk("eXIf", new byte[] {1});
    byte[] file = withAfterHeader(png(), first, chunk("eXIf", new byte[] {2}));

    assertThat(PngChunks.essential(file)).isEqualTo(withAfterHeader(png(), first));
  }

  @Test
  void files_without_anything_else_and_other_formats_stay_as_they_are() {
    byte[] plain = png();
    byte[] other = "RIFF and so on".getBytes(StandardCharsets.US_ASCII);

    assertThat(PngChunks.essential(plain)).isSameAs(plain);
    assertThat(PngChunks.essential(other)).isSameAs(other);
    assertThat(PngChunks.essential(new byte[0])).isEmpty();
  }

  @Test
  void a_length_beyond_the_end_takes_what_is_there() {
    byte[] file = png();
    ByteBuffer.wrap(file).putInt(AFTER_HEADER, -1);

    assertThat(PngChunks.essential(file)).isSameAs(file);
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
