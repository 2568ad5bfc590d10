package dev.penstock.worker.vision.mask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Placement;
import dev.penstock.worker.vision.image.Placement.Padding;
import dev.penstock.worker.vision.image.Placement.Part;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskScalerTest {
  private static final ImageSize NETWORK = new ImageSize(16, 16);

  private static MaskGrid block(int left, int top, int columns, int rows) {
    float[] values = new float[columns * rows];
    Arrays.fill(values, 1);
    return new MaskGrid(left, top, columns, rows, values);
  }

  private static boolean covers(Mask mask, int x, int y) {
    int column = x - mask.left();
    int row = y - mask.top();
    return column >= 0
        && row >= 0
        && column < mask.width()
        && row < mask.height()
        && mask.covered()[row * mask.width() + column] == 1;
  }

  private static int area(Mask mask) {
    int area = 0;
    for (byte covered : mask.covered()) {
      area += covered;
    }
    return area;
  }

  @Test
  void a_cell_covers_its_part_of_the_picture() {
    var scaler = new MaskScaler(4, 4, Placement.stretched(new ImageSize(40, 80), NETWORK));

    Mask mask = scaler.scale(block(1, 2, 2, 1), 0.5f);

    assertThat(covers(mask, 20, 50)).isTrue();
    assertThat(covers(mask, 20, 30)).isFalse();
    assertThat(covers(mask, 20, 70)).isFalse();
    assertThat(covers(mask, 3, 50)).isFalse();
    assertThat(covers(mask, 37, 50)).isFalse();
    assertThat(area(mask)).isBetween(300, 500);
  }

  @Test
  void padding_is_cut_off_before() {
    // A picture of 40 x 20 fills rows 4 to 11 of the input, rows 1 and 2 of the grid.
    var placement =
        new Placement(
            new ImageSize(40, 20),
            new Part(0, 0, new ImageSize(40, 20)),
            NETWORK,
            new Padding(0, 4, 0, 4),
            0.4,
            0.4);

    Mask mask = new MaskScaler(4, 4, placement).scale(block(0, 0, 4, 4), 0.5f);

    assertThat(area(mask)).isEqualTo(40 * 20);
  }

  @Test
  void what_a_centred_crop_left_out_is_not_covered() {
    // A picture of 24 x 16 of which the middle 16 x 16 are seen.
    var placement =
        new Placement(
            new ImageSize(24, 16),
            new Part(0, 0, new ImageSize(24, 16)),
            NETWORK,
            new Padding(-4, 0, -4, 0),
            1,
            1);

    Mask mask = new MaskScaler(4, 4, placement).scale(block(0, 0, 4, 4), 0.5f);

    assertThat(covers(mask, 12, 8)).isTrue();
    assertThat(covers(mask, 1, 8)).isFalse();
    assertThat(covers(mask, 22, 8)).isFalse();
    assertThat(area(mask)).isEqualTo(16 * 16);
  }

  @Test
  void a_part_of_the_picture_keeps_its_place() {
    var placement =
        new Placement(
            new ImageSize(100, 100),
            new Part(10, 20, new ImageSize(32, 32)),
            NETWORK,
            Padding.NONE,
            0.5,
            0.5);

    Mask mask = new MaskScaler(4, 4, placement).scale(block(0, 0, 4, 4), 0.5f);

    assertThat(mask.image()).isEqualTo(new ImageSize(100, 100));
    assertThat(covers(mask, 10, 20)).isTrue();
    assertThat(covers(mask, 41, 51)).isTrue();
    assertThat(covers(mask, 9, 20)).isFalse();
    assertThat(area(mask)).isEqualTo(32 * 32);
  }

  @Test
  void nothing_covers_nothing() {
    var scaler = new MaskScaler(4, 4, Placement.stretched(new ImageSize(40, 80), NETWORK));

    assertThat(area(scaler.scale(block(2, 2, 0, 0), 0.5f))).isZero();
  }

  /** Only the object's part of the grid is looked at; the answer is that of the whole grid. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void a_part_of_the_grid_gives_what_the_whole_grid_gives(int seed) {
    var random = new Random(seed);
    int grid = random.nextInt(3, 40);
    var size = new ImageSize(random.nextInt(1, 90), random.nextInt(1, 90));
    var scaler = new MaskScaler(grid, grid, Placement.stretched(size, NETWORK));
    int left = random.nextInt(grid);
    int top = random.nextInt(grid);
    int columns = random.nextInt(1, grid - left + 1);
    int rows = random.nextInt(1, grid - top + 1);
    float[] part = new float[columns * rows];
    float[] whole = new float[grid * grid];
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        part[y * columns + x] = random.nextFloat(-1, 1);
        whole[(top + y) * grid + left + x] = part[y * columns + x];
      }
    }

    Mask ofPart = scaler.scale(new MaskGrid(left, top, columns, rows, part), 0);
    Mask ofWhole = scaler.scale(new MaskGrid(0, 0, grid, grid, whole), 0);

    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        assertThat(covers(ofPart, x, y)).isEqualTo(covers(ofWhole, x, y));
      }
    }
  }
}
