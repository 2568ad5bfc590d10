package dev.penstock.worker.vision.mask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Placement;
import dev.penstock.worker.vision.image.Placement.Padding;
import dev.penstock.worker.vision.image.Placement.Part;
import dev.penstock.worker.vision.mask.BoxMasks.Area;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that rise steadily over the grid cross zero at a place that is known. */
class BoxMasksTest {
  private static final int NETWORK = 64;
  private static final int GRID = 16;
  private static final ImageSize INPUT = new ImageSize(NETWORK, NETWORK);

  /** A letterbox with the rounding of Ultralytics. */
  private static Placement letterbox(int width, int height) {
    double scale = Math.min((double) NETWORK / width, (double) NETWORK / height);
    int scaledWidth = (int) Math.max(1, Math.rint(width * scale));
    int scaledHeight = (int) Math.max(1, Math.rint(height * scale));
    int left = (NETWORK - scaledWidth) / 2;
    int top = (NETWORK - scaledHeight) / 2;
    return new Placement(
        new ImageSize(width, height),
        new Part(0, 0, new ImageSize(width, height)),
        INPUT,
        new Padding(left, top, NETWORK - scaledWidth - left, NETWORK - scaledHeight - top),
        (double) scaledWidth / width,
        (double) scaledHeight / height);
  }

  /** Above zero right of a column and below a row of the network's input. */
  private static Mask rising(Placement placement, Area box, double column, double row) {
    var masks = new BoxMasks(GRID, GRID, placement);
    Area pixels = masks.pixels(box.left(), box.top(), box.right(), box.bottom());
    Area cells = masks.cells(pixels);
    int columns = cells.right() - cells.left();
    float[] values = new float[columns * (cells.bottom() - cells.top())];
    for (int i = 0; i < values.length; i++) {
      double x = (cells.left() + i % columns + 0.5) * NETWORK / GRID - column;
      double y = (cells.top() + i / columns + 0.5) * NETWORK / GRID - row;
      values[i] = (float) (column > 0 ? x : y);
    }
    return masks.scale(
        new MaskGrid(cells.left(), cells.top(), columns, cells.bottom() - cells.top(), values),
        pixels);
  }

  private static int firstColumn(Mask mask) {
    int row = mask.height() / 2 * mask.width();
    for (int x = 0; x < mask.width(); x++) {
      if (mask.covered()[row + x] == 1) {
        return mask.left() + x;
      }
    }
    return -1;
  }

  private static int firstRow(Mask mask) {
    for (int y = 0; y < mask.height(); y++) {
      if (mask.covered()[y * mask.width() + mask.width() / 2] == 1) {
        return mask.top() + y;
      }
    }
    return -1;
  }

  private static Area all(int width, int height) {
    return new Area(0, 0, width, height);
  }

  @ParameterizedTest
  @CsvSource({
    "64, 64, 30", "128, 96, 30", "96, 128, 30", "101, 73, 21", "73, 101, 37", "640, 427, 33",
    "427, 640, 33", "333, 250, 41", "20, 15, 30", "400, 301, 30", "400, 299, 30", "64, 61, 29"
  })
  void a_mask_begins_where_its_values_cross_zero_whatever_the_margins(
      int width, int height, double crossing) {
    Placement placement = letterbox(width, height);
    double x = (crossing - placement.padding().left()) / placement.scaleX();
    double y = (crossing - placement.padding().top()) / placement.scaleY();

    assertThat(firstColumn(rising(placement, all(width, height), crossing, 0)))
        .isBetween((int) Math.floor(x - 0.51), (int) Math.ceil(x + 0.51));
    assertThat(firstRow(rising(placement, all(width, height), 0, crossing)))
        .isBetween((int) Math.floor(y - 0.51), (int) Math.ceil(y + 0.51));
  }

  @ParameterizedTest
  @CsvSource({"10.0, 20, 10, 19", "10.2, 20.6, 11, 20", "9.6, 19.1, 10, 19"})
  void a_mask_ends_with_its_box(float left, float right, int first, int last) {
    var masks = new BoxMasks(GRID, GRID, letterbox(100, 50));

    Area pixels = masks.pixels(left, 5, right, 40);

    assertThat(pixels.left()).isEqualTo(first);
    assertThat(pixels.right() - 1).isEqualTo(last);
  }

  @Test
  void boxes_beyond_the_picture_end_with_it() {
    var masks = new BoxMasks(GRID, GRID, letterbox(100, 50));

    assertThat(masks.pixels(-20, -5, 300, 400)).isEqualTo(new Area(0, 0, 100, 50));
    assertThat(masks.pixels(30, 20, 30, 40).isEmpty()).isTrue();
    assertThat(masks.pixels(30, 20, 25, 40).isEmpty()).isTrue();
    assertThat(masks.pixels(150, 20, 160, 40).isEmpty()).isTrue();
  }

  @Test
  void a_grid_of_one_cell_covers_all_or_nothing() {
    var masks = new BoxMasks(1, 1, letterbox(64, 64));
    Area pixels = masks.pixels(4, 8, 20, 30);

    assertThat(masks.cells(pixels)).isEqualTo(new Area(0, 0, 1, 1));
    assertThat(masks.scale(new MaskGrid(0, 0, 1, 1, new float[] {1}), pixels).covered())
        .hasSize(16 * 22)
        .containsOnly(1);
    assertThat(masks.scale(new MaskGrid(0, 0, 1, 1, new float[] {-1}), pixels).isEmpty()).isTrue();
  }
}
