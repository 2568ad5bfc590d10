package dev.penstock.worker.vision.mask;

/**
 * Where the pixels of a picture lie among the cells of a network's grid, along one axis: between
 * the centres of two cells, as {@code torch.nn.functional.interpolate} has it without antialiasing.
 */
final class CellAxis {
  private final float[] positions;
  private final int cells;

  /**
   * @param cells of the grid
   * @param network pixels of the network's input
   * @param before pixels of padding before the picture
   * @param after pixels of padding after it
   * @param scale pixels of the input for one of the picture
   * @param pixels of the picture
   */
  CellAxis(int cells, int network, int before, int after, double scale, int pixels) {
    this.cells = cells;
    this.positions = new float[pixels];
    double cell = (double) cells / network;
    // Nothing is taken from beyond the outermost pixels that show the picture.
    double least = (Math.max(0, before) + 0.5) * cell - 0.5;
    double most = (network - Math.max(0, after) - 0.5) * cell - 0.5;
    for (int pixel = 0; pixel < pixels; pixel++) {
      double position = ((pixel + 0.5) * scale + before) * cell - 0.5;
      positions[pixel] =
          (float) Math.max(0, Math.min(cells - 1, Math.max(least, Math.min(most, position))));
    }
  }

  /** The cell whose centre lies at a pixel or before it. */
  int cell(int pixel) {
    return Math.min((int) positions[pixel], Math.max(0, cells - 2));
  }

  /** How much of the value there is that of the next cell, 0 to 1. */
  float share(int pixel) {
    return cells == 1 ? 0 : positions[pixel] - cell(pixel);
  }

  int pixels() {
    return positions.length;
  }

  /** One beyond the last cell that a pixel needs. */
  int cellsUntil(int pixel) {
    return Math.min(cells, cell(pixel) + 2);
  }
}
