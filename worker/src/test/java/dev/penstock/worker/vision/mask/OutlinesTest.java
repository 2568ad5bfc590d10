package dev.penstock.worker.vision.mask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.MaskFormat;
import dev.penstock.worker.vision.Outline.Polygon;
import dev.penstock.worker.vision.Outline.RunLengths;
import dev.penstock.worker.vision.image.ImageSize;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutlinesTest {
  /** One character a pixel, {@code #} for covered. */
  private static Mask mask(int imageWidth, int imageHeight, int left, int top, String... rows) {
    int width = rows.length == 0 ? 0 : rows[0].length();
    byte[] covered = new byte[width * rows.length];
    for (int y = 0; y < rows.length; y++) {
      for (int x = 0; x < width; x++) {
        covered[y * width + x] = (byte) (rows[y].charAt(x) == '#' ? 1 : 0);
      }
    }
    return new Mask(new ImageSize(imageWidth, imageHeight), left, top, width, rows.length, covered);
  }

  private static String polygon(Mask mask) {
    var polygon = (Polygon) Outlines.of(mask, MaskFormat.POLYGON);
    return Arrays.toString(polygon.x()) + Arrays.toString(polygon.y());
  }

  private static String counts(Mask mask) {
    return ((RunLengths) Outlines.of(mask, MaskFormat.RLE)).counts();
  }

  @Test
  void a_polygon_goes_through_the_outermost_pixels() {
    assertThat(polygon(mask(20, 20, 5, 6, "....", ".##.", ".##.", ".##.")))
        .isEqualTo("[6, 6, 7, 7][7, 9, 9, 7]");
  }

  @Test
  void of_several_outlines_the_one_with_the_most_points_is_taken() {
    assertThat(polygon(mask(20, 20, 0, 0, "##.....", "##...#.", "....###", ".....#.")))
        .isEqualTo("[5, 4, 5, 6][1, 2, 3, 2]");
  }

  @Test
  void holes_have_no_outline() {
    assertThat(polygon(mask(9, 9, 0, 0, "####", "#..#", "####")))
        .isEqualTo("[0, 0, 3, 3][0, 2, 2, 0]");
  }

  @Test
  void nothing_covered_has_no_points() {
    assertThat(polygon(mask(20, 20, 5, 6))).isEqualTo("[][]");
    assertThat(polygon(mask(20, 20, 5, 6, "..", ".."))).isEqualTo("[][]");
  }

  /** Values of {@code pycocotools.mask.encode}. */
  @Test
  void run_lengths_are_those_of_coco() {
    assertThat(counts(mask(3, 2, 0, 0, "...", "..."))).isEqualTo("6");
    assertThat(counts(mask(3, 2, 0, 0, "###", "###"))).isEqualTo("06");
    assertThat(counts(mask(3, 2, 1, 0, "#", "#"))).isEqualTo("222");
    assertThat(counts(mask(100, 50, 10, 20, "##", "##"))).isEqualTo("X`02`10lX4");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void run_lengths_unfold_to_the_mask(int seed) {
    var random = new Random(seed);
    int width = random.nextInt(1, 40);
    int height = random.nextInt(1, 40);
    byte[] covered = new byte[width * height];
    for (int i = 0; i < covered.length; i++) {
      covered[i] = (byte) (random.nextInt(4) == 0 ? 1 : 0);
    }
    int left = random.nextInt(5);
    int top = random.nextInt(5);
    var image = new ImageSize(left + width + random.nextInt(5), top + height + random.nextInt(5));

    byte[] unfolded = unfold(counts(new Mask(image, left, top, width, height, covered)), image);

    byte[] whole = new byte[image.width() * image.height()];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        whole[(top + y) * image.width() + left + x] = covered[y * width + x];
      }
    }
    assertThat(unfolded).isEqualTo(whole);
  }

  /** {@code rleFrString} of cocoapi. */
  private static byte[] unfold(String counts, ImageSize image) {
    byte[] pixels = new byte[image.width() * image.height()];
    long[] runs = new long[counts.length()];
    int run = 0;
    int pixel = 0;
    for (int at = 0; at < counts.length(); run++) {
      long value = 0;
      int shift = 0;
      int group;
      do {
        group = counts.charAt(at++) - '0';
        value |= (long) (group & 0x1F) << shift;
        shift += 5;
      } while ((group & 0x20) != 0);
      if ((group & 0x10) != 0) {
        value |= -1L << shift;
      }
      runs[run] = run > 2 ? value + runs[run - 2] : value;
      for (long i = 0; i < runs[run]; i++, pixel++) {
        pixels[pixel % image.height() * image.width() + pixel / image.height()] = (byte) (run % 2);
      }
    }
    assertThat(pixel).isEqualTo(pixels.length);
    return pixels;
  }
}
