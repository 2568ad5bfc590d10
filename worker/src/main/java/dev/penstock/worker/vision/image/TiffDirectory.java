package dev.penstock.worker.vision.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The first image file directory of a TIFF file, which is also what EXIF data consists of. Values
 * that are absent are 0.
 *
 * @param width in pixels
 * @param height in pixels
 * @param orientation EXIF orientation, 1 to 8
 */
record TiffDirectory(int width, int height, int orientation) {
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int ORIENTATION = 274;
  private static final int SHORT = 3;
  private static final int ENTRY_BYTES = 12;

  /**
   * @param in begins with the byte order mark; its own byte order is left as it is
   * @throws IndexOutOfBoundsException when the directory is cut off
   */
  static TiffDirectory first(ByteBuffer in) {
    ByteBuffer tiff =
        in.duplicate().order(in.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int width = 0;
    int height = 0;
    int orientation = 0;
    int at = tiff.getInt(4);
    int entries = tiff.getShort(at) & 0xFFFF;
    for (int entry = at + 2; entries-- > 0; entry += ENTRY_BYTES) {
      boolean isShort = tiff.getShort(entry + 2) == SHORT;
      int value = isShort ? tiff.getShort(entry + 8) & 0xFFFF : tiff.getInt(entry + 8);
      switch (tiff.getShort(entry) & 0xFFFF) {
        case WIDTH -> width = value;
        case HEIGHT -> height = value;
        case ORIENTATION -> orientation = value;
        default -> {}
      }
    }
    return new TiffDirectory(width, height, orientation);
  }

  /** Null unless both sides are known. */
  @Nullable ImageSize size() {
    return width > 0 && height > 0 ? new ImageSize(width, height) : null;
  }

  /** Whether width and height change places when the orientation is applied. */
  boolean isTurned() {
    return orientation >= 5 && orientation <= 8;
  }
}
