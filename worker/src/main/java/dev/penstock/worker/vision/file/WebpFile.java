package dev.penstock.worker.vision.file;

import static dev.penstock.worker.vision.file.UnusableFileException.malformed;

/** The first chunk of a WebP, which has the size. */
final class WebpFile {
  private static final int ANIMATED = 0x02;

  /** With transparency it becomes four bytes a pixel first. */
  private static final int COPIES = 4;

  /** And an animation is put together on two canvases. */
  private static final int ANIMATION_COPIES = 6;

  private WebpFile() {}

  /**
   * @param in little-endian
   */
  static PictureFile read(FileBytes in) throws UnusableFileException {
    if (in.has(12, "VP8X")) {
      boolean animated = (in.unsigned8(20) & ANIMATED) != 0;
      return PictureFile.simple(
          PictureFormat.WEBP,
          1 + (in.signed32(24) & 0xFFFFFF),
          1 + (in.unsigned16(27) | (in.unsigned8(29) << 16)),
          animated ? ANIMATION_COPIES : COPIES,
          animated ? 25 : 14);
    }
    if (in.has(12, "VP8L")) {
      int bits = in.signed32(21);
      return PictureFile.simple(
          PictureFormat.WEBP, 1 + (bits & 0x3FFF), 1 + ((bits >>> 14) & 0x3FFF), COPIES, 10);
    }
    if (in.has(12, "VP8 ")) {
      return PictureFile.simple(
          PictureFormat.WEBP, in.unsigned16(26) & 0x3FFF, in.unsigned16(28) & 0x3FFF, COPIES, 8);
    }
    throw malformed();
  }
}
