package dev.penstock.worker.vision.file;

/** EXIF data, which is a TIFF directory without a picture. */
final class Exif {
  private static final int ORIENTATION = 274;
  private static final int ENTRY_BYTES = 12;

  private Exif() {}

  /**
   * EXIF orientation as OpenCV reads it: the first entry, whatever type it claims.
   *
   * @return mostly 1 to 8; 0 when there is none
   * @throws IndexOutOfBoundsException when the directory is cut off
   */
  static int orientation(FileBytes in) {
    FileBytes tiff = in.has(0, "II") ? in.littleEndian() : in;
    int at = tiff.signed32(4);
    int entries = tiff.unsigned16(at);
    for (int entry = at + 2; entries-- > 0; entry += ENTRY_BYTES) {
      if (tiff.unsigned16(entry) == ORIENTATION) {
        return tiff.unsigned16(entry + 8);
      }
    }
    return 0;
  }
}
