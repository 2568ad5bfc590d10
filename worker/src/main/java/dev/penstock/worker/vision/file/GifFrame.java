package dev.penstock.worker.vision.file;

import static dev.penstock.worker.vision.file.UnusableFileException.malformed;

import java.nio.ByteBuffer;

/**
 * The first picture of a GIF, decoded here: OpenCV's decoder spends tens of microseconds on each of
 * the millions of resets that a megabyte has room for. What is transparent or not covered keeps the
 * background's colour, as there.
 */
public final class GifFrame {
  private static final int COLOR_TABLE = 0x80;
  private static final int INTERLACED = 0x40;
  private static final int EXTENSION = 0x21;
  private static final int IMAGE = 0x2C;
  private static final int GRAPHIC_CONTROL = 0xF9;
  private static final int NANOS_PER_PIXEL = 7;

  private final FileBytes in;
  private int at;
  private final byte[] global;
  private final int background;
  private byte[] local = {};
  private int transparent = -1;

  private GifFrame(FileBytes in) {
    this.in = in;
    int flags = in.unsigned8(10);
    this.background = in.unsigned8(11);
    this.at = 13;
    this.global = colorTable(flags);
  }

  /**
   * @param in little-endian
   */
  static PictureFile describe(FileBytes in) {
    return PictureFile.simple(
        PictureFormat.GIF, in.unsigned16(6), in.unsigned16(8), /* copies= */ 1, NANOS_PER_PIXEL);
  }

  /**
   * Decodes.
   *
   * @param pixels blue, green, red for each pixel of the whole picture, all 0
   * @throws UnusableFileException when not every pixel of the first picture is there
   */
  public static void decode(byte[] file, PictureFile size, ByteBuffer pixels)
      throws UnusableFileException {
    try {
      new GifFrame(new FileBytes(file).littleEndian()).decode(size, pixels);
    } catch (IndexOutOfBoundsException e) {
      throw malformed();
    }
  }

  private byte[] colorTable(int flags) {
    if ((flags & COLOR_TABLE) == 0) {
      return new byte[0];
    }
    byte[] table = new byte[3 << ((flags & 0x07) + 1)];
    for (int i = 0; i < table.length; i++) {
      table[i] = (byte) in.unsigned8(at++);
    }
    return table;
  }

  private void decode(PictureFile size, ByteBuffer pixels) throws UnusableFileException {
    int type = in.unsigned8(at++);
    while (type == EXTENSION) {
      extension();
      type = in.unsigned8(at++);
    }
    if (type != IMAGE) {
      throw malformed();
    }
    int left = in.unsigned16(at);
    int top = in.unsigned16(at + 2);
    int width = in.unsigned16(at + 4);
    int height = in.unsigned16(at + 6);
    int flags = in.unsigned8(at + 8);
    at += 9;
    if (width == 0 || height == 0 || left + width > size.width() || top + height > size.height()) {
      throw malformed();
    }
    local = colorTable(flags);
    fillBackground(size, pixels);
    var rows =
        new GifRows(
            colors(),
            transparent,
            (flags & INTERLACED) != 0,
            width,
            height,
            row -> {
              return ((top + row) * size.width() + left) * 3;
            },
            pixels);
    GifCodes.decode(in, at, rows);
    if (!rows.complete()) {
      throw malformed();
    }
  }

  private void extension() {
    int label = in.unsigned8(at++);
    int length = in.unsigned8(at++);
    if (label == GRAPHIC_CONTROL && length == 4) {
      transparent = (in.unsigned8(at) & 1) != 0 ? in.unsigned8(at + 3) : -1;
    }
    while (length != 0) {
      at += length;
      length = in.unsigned8(at++);
    }
  }

  private void fillBackground(PictureFile size, ByteBuffer pixels) {
    if (3 * background + 2 >= global.length) {
      return;
    }
    byte[] row = new byte[3 * size.width()];
    for (int x = 0; x < row.length; x += 3) {
      row[x] = global[3 * background + 2];
      row[x + 1] = global[3 * background + 1];
      row[x + 2] = global[3 * background];
    }
    for (int y = 0; y < size.height(); y++) {
      pixels.put(y * row.length, row);
    }
  }

  /**
   * Red, green, blue for each index. The local table goes before the global one, which has the
   * indices beyond it; without either the index is a grey, and 1 is white.
   */
  private byte[] colors() {
    if (local.length == 0 && global.length == 0) {
      byte[] greys = new byte[3 * 256];
      for (int i = 0; i < greys.length; i++) {
        greys[i] = (byte) (i / 3 == 1 ? 255 : i / 3);
      }
      return greys;
    }
    byte[] colors = new byte[Math.max(local.length, global.length)];
    System.arraycopy(global, 0, colors, 0, global.length);
    System.arraycopy(local, 0, colors, 0, local.length);
    return colors;
  }
}
