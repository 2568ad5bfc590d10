package dev.penstock.worker.vision.file;

import static dev.penstock.worker.vision.file.UnusableFileException.malformed;

/** The head of a BMP, whose oldest kind (OS/2's) has 16 bits for a side. */
final class BmpFile {
  private static final int OLDEST = 12;

  private BmpFile() {}

  /**
   * @param in little-endian
   */
  static PictureFile read(FileBytes in) throws UnusableFileException {
    if (in.signed32(14) == OLDEST) {
      return PictureFile.simple(
          PictureFormat.BMP, in.unsigned16(18), in.unsigned16(20), /* copies= */ 1, 10);
    }
    int height = in.signed32(22); // negative: from the top
    if (height == Integer.MIN_VALUE) {
      throw malformed();
    }
    return PictureFile.simple(
        PictureFormat.BMP, in.signed32(18), Math.abs(height), /* copies= */ 1, 10);
  }
}
