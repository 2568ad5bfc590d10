package dev.penstock.worker.vision.file;

import static dev.penstock.worker.vision.file.UnusableFileException.malformed;

/**
 * What a picture's file says of itself, and what decoding it takes at most. All of it comes from
 * headers and lists of parts; no pixel is decoded for it.
 *
 * @param format by its first bytes
 * @param width in pixels as they are stored
 * @param height in pixels as they are stored
 * @param turned whether its own orientation exchanges the two
 * @param grey whether it is decoded to one channel first, which is four times as fast as to three
 * @param memory bytes outside the heap while it is decoded, the picture itself included
 * @param nanos of one core, as measured with the worst files that could be made; see
 *     docs/security.md
 */
public record PictureFile(
    PictureFormat format,
    int width,
    int height,
    boolean turned,
    boolean grey,
    long memory,
    long nanos) {
  /** Pillow's limit against decompression bombs; 512 MiB of pixels. */
  public static final long MAX_PIXELS = 178_956_970;

  /** Blue, green and red. */
  static final int BYTES_PER_PIXEL = 3;

  /** What a turn by a quarter takes. */
  static final int NANOS_PER_TURNED_PIXEL = 8;

  /** OpenCV's limit to a side. */
  private static final int MAX_SIDE = 1 << 20;

  /** What a lane may be held for by any file. */
  private static final long SECOND = 1_000_000_000L;

  /** Larger files may ask for more than a second. */
  private static final long SMALL_FILE = 1 << 20;

  private static final long NANOS_PER_FURTHER_BYTE = 2_000;

  /**
   * @throws UnusableFileException when it is no picture, or one that takes too much
   */
  public static PictureFile read(byte[] file) throws UnusableFileException {
    var in = new FileBytes(file);
    PictureFormat format = PictureFormat.of(in);
    if (format == null) {
      String kind = OtherFiles.refusal(in);
      throw kind == null ? malformed() : new UnusableFileException(kind);
    }
    try {
      PictureFile read =
          switch (format) {
            case JPEG -> JpegFile.read(in);
            case PNG -> PngFile.read(in);
            case WEBP -> WebpFile.read(in.littleEndian());
            case BMP -> BmpFile.read(in.littleEndian());
            case GIF -> GifFrame.describe(in.littleEndian());
            case TIFF -> TiffFile.of(in).describe();
            case NETPBM, PAM, PFM -> NetpbmFile.read(in, format);
            case SUN_RASTER -> simple(format, in.signed32(4), in.signed32(8), 1, 10);
            case RADIANCE -> RadianceFile.read(in);
          };
      read.check(file.length);
      return read;
    } catch (IndexOutOfBoundsException e) {
      throw malformed();
    }
  }

  /**
   * The bytes that the decoder is given: without comments, further pictures and whatever else a
   * file can have a million of.
   */
  public byte[] essential(byte[] file) throws UnusableFileException {
    var in = new FileBytes(file);
    return switch (format) {
      case PNG -> PngFile.essential(file);
      case TIFF -> TiffFile.of(in).essential(file);
      case PAM -> NetpbmFile.withoutAlpha(in, file);
      default -> file;
    };
  }

  /** Of a format whose memory and time depend on the number of pixels alone. */
  static PictureFile simple(
      PictureFormat format, int width, int height, int copies, int nanosPerPixel) {
    long pixels = (long) width * height;
    return new PictureFile(
        format,
        width,
        height,
        /* turned= */ false,
        /* grey= */ false,
        pixels * BYTES_PER_PIXEL * copies,
        pixels * nanosPerPixel);
  }

  public long pixels() {
    return (long) width * height;
  }

  private void check(int bytes) throws UnusableFileException {
    if (width <= 0 || height <= 0) {
      throw malformed();
    }
    if (pixels() > MAX_PIXELS || Math.max(width, height) > MAX_SIDE) {
      throw new UnusableFileException(
          "The image has %d x %d pixels, the limit is %d in all: send a smaller one."
              .formatted(width, height, MAX_PIXELS));
    }
    if (nanos > SECOND + Math.max(0, bytes - SMALL_FILE) * NANOS_PER_FURTHER_BYTE) {
      throw new UnusableFileException(
          "The image claims %d x %d pixels in %d bytes, and its parts take longer to decode than a"
                  .formatted(width, height, bytes)
              + " file of that size may: send a smaller one, or save it anew.");
    }
  }
}
