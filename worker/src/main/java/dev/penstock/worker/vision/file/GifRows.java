package dev.penstock.worker.vision.file;

import static dev.penstock.worker.vision.file.UnusableFileException.malformed;

import java.nio.ByteBuffer;
import java.util.function.IntUnaryOperator;

/** Takes the indices of a GIF's picture one after the other and writes their colours in rows. */
final class GifRows {
  /** First row and step of the four passes of an interlaced picture. */
  private static final int[][] PASSES = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};

  private final byte[] colors;
  private final int transparent;
  private final boolean interlaced;
  private final int height;
  private final IntUnaryOperator rowStart;
  private final ByteBuffer pixels;
  private final byte[] row;
  private int filled;
  private int pass;
  private int y;
  private boolean complete;

  /**
   * @param colors red, green, blue for each index
   * @param transparent an index whose pixels are left as they are, or -1
   * @param rowStart where a row of the picture begins in {@code pixels}
   */
  GifRows(
      byte[] colors,
      int transparent,
      boolean interlaced,
      int width,
      int height,
      IntUnaryOperator rowStart,
      ByteBuffer pixels) {
    this.colors = colors;
    this.transparent = transparent;
    this.interlaced = interlaced;
    this.height = height;
    this.rowStart = rowStart;
    this.pixels = pixels;
    this.row = new byte[3 * width];
    beginRow();
  }

  boolean complete() {
    return complete;
  }

  void put(int index) throws UnusableFileException {
    if (index != transparent) {
      if (3 * index + 2 >= colors.length) {
        throw malformed();
      }
      row[filled] = colors[3 * index + 2];
      row[filled + 1] = colors[3 * index + 1];
      row[filled + 2] = colors[3 * index];
    }
    filled += 3;
    if (filled == row.length) {
      pixels.put(rowStart.applyAsInt(y), row);
      nextRow();
    }
  }

  private void nextRow() {
    y += interlaced ? PASSES[pass][1] : 1;
    while (interlaced && y >= height && pass < PASSES.length - 1) {
      pass++;
      y = PASSES[pass][0];
    }
    complete = y >= height;
    if (!complete) {
      beginRow();
    }
  }

  /** What is transparent keeps what is there. */
  private void beginRow() {
    pixels.get(rowStart.applyAsInt(y), row);
    filled = 0;
  }
}
