package dev.penstock.model.export;

import java.util.List;

/**
 * The cells that a detector's heads lay over its input, as the number of its candidates shows them:
 * YOLOv5 and YOLOv7 propose three boxes for each cell (25,200 at 640 x 640), YOLOX and YOLOv6 one
 * (8,400). Networks that suppress by themselves answer some hundred.
 *
 * @param height of the input in pixels
 * @param width of the input in pixels
 */
record Grids(int height, int width) {
  /** Pixels of a cell's side in each head: most networks, those for large pictures, tiny ones. */
  private static final List<List<Integer>> STRIDES =
      List.of(
          List.of(8, 16, 32),
          List.of(8, 16, 32, 64),
          List.of(4, 8, 16, 32),
          List.of(16, 32),
          List.of(8, 16, 32, 64, 128));

  private static final List<Integer> USUAL = List.of(3, 1);

  /** Anchors are a setting; others than three are rare. */
  private static final int MOST = 9;

  /** How many boxes there are for each cell, or 0 when it is not that kind of number. */
  int boxesPerCell(long candidates) {
    for (List<Integer> strides : STRIDES) {
      for (int boxes : USUAL) {
        if (candidates == boxes * cells(strides)) {
          return boxes;
        }
      }
    }
    long cells = cells(STRIDES.get(0));
    boolean whole = candidates > 0 && candidates % cells == 0 && candidates / cells <= MOST;
    return whole ? (int) (candidates / cells) : 0;
  }

  private long cells(List<Integer> strides) {
    long cells = 0;
    for (int stride : strides) {
      cells += (long) ((height + stride - 1) / stride) * ((width + stride - 1) / stride);
    }
    return cells;
  }
}
