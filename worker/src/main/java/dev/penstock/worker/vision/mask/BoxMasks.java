package dev.penstock.worker.vision.mask;

import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Placement;

/**
 * Brings masks from a network's grid to one picture as Ultralytics does: values are interpolated
 * between the centres of cells for each pixel, whatever the margins of the letterbox, and a mask
 * ends with its box. Those of {@code predict} have the resolution of the network's input, these the
 * picture's, as {@code retina_masks} makes them.
 */
public final class BoxMasks {
  private final Placement placement;
  private final CellAxis columns;
  private final CellAxis rows;

  /**
   * @param gridHeight cells for the height of the network's input
   * @param gridWidth cells for its width
   */
  public BoxMasks(int gridHeight, int gridWidth, Placement placement) {
    this.placement = placement;
    Placement.Padding padding = placement.padding();
    ImageSize network = placement.network();
    ImageSize part = placement.part().size();
    this.columns =
        new CellAxis(
            gridWidth,
            network.width(),
            padding.left(),
            padding.right(),
            placement.scaleX(),
            part.width());
    this.rows =
        new CellAxis(
            gridHeight,
            network.height(),
            padding.top(),
            padding.bottom(),
            placement.scaleY(),
            part.height());
  }

  /**
   * Pixels of what the network saw of a picture, and the cells they lie among.
   *
   * @param left first column
   * @param top first row
   * @param right one beyond the last column
   * @param bottom one beyond the last row
   */
  public record Area(int left, int top, int right, int bottom) {
    public boolean isEmpty() {
      return right <= left || bottom <= top;
    }
  }

  /**
   * The pixels from the first edge of a box on to before the last.
   *
   * @param left in pixels of the picture
   * @param top in pixels of the picture
   * @param right in pixels of the picture
   * @param bottom in pixels of the picture
   */
  public Area pixels(float left, float top, float right, float bottom) {
    int x = placement.part().left();
    int y = placement.part().top();
    return new Area(
        edge(left - x, columns),
        edge(top - y, rows),
        edge(right - x, columns),
        edge(bottom - y, rows));
  }

  private static int edge(float coordinate, CellAxis axis) {
    return (int) Math.max(0, Math.min(axis.pixels(), Math.ceil(coordinate)));
  }

  /** The cells that those pixels, at least one, need. */
  public Area cells(Area pixels) {
    return new Area(
        columns.cell(pixels.left()),
        rows.cell(pixels.top()),
        columns.cellsUntil(pixels.right() - 1),
        rows.cellsUntil(pixels.bottom() - 1));
  }

  /**
   * Covers the pixels whose value is above 0.
   *
   * @param grid values of the cells that {@link #cells} names
   * @param pixels at least one
   */
  public Mask scale(MaskGrid grid, Area pixels) {
    int width = pixels.right() - pixels.left();
    int height = pixels.bottom() - pixels.top();
    float[] wide = widen(grid, pixels.left(), width);
    byte[] covered = new byte[width * height];
    for (int y = 0; y < height; y++) {
      int row = rows.cell(pixels.top() + y) - grid.top();
      int from = row * width;
      int next = Math.min(row + 1, grid.rows() - 1) * width;
      float share = rows.share(pixels.top() + y);
      for (int x = 0; x < width; x++) {
        float value = wide[from + x] + share * (wide[next + x] - wide[from + x]);
        covered[y * width + x] = (byte) (value > 0 ? 1 : 0);
      }
    }
    return new Mask(
        placement.image(),
        placement.part().left() + pixels.left(),
        placement.part().top() + pixels.top(),
        width,
        height,
        covered);
  }

  /** Each row of the grid at the resolution of the picture. */
  private float[] widen(MaskGrid grid, int left, int width) {
    float[] wide = new float[grid.rows() * width];
    for (int x = 0; x < width; x++) {
      int column = columns.cell(left + x) - grid.left();
      int next = Math.min(column + 1, grid.columns() - 1);
      float share = columns.share(left + x);
      for (int y = 0; y < grid.rows(); y++) {
        float before = grid.values()[y * grid.columns() + column];
        float after = grid.values()[y * grid.columns() + next];
        wide[y * width + x] = before + share * (after - before);
      }
    }
    return wide;
  }
}
