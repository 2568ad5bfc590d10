package dev.penstock.worker.vision.file;

import static dev.penstock.worker.vision.file.UnusableFileException.malformed;

import dev.penstock.worker.vision.file.TiffTags.Values;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The first picture of a TIFF: strips or tiles of which each may be as wide as it claims,
 * compressed in one of many ways, and all of which may lie at the same place.
 */
final class TiffFile {
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS = 258;
  private static final int COMPRESSION = 259;
  private static final int PHOTOMETRIC = 262;
  private static final int STRIP_OFFSETS = 273;
  private static final int ORIENTATION = 274;
  private static final int SAMPLES = 277;
  private static final int ROWS_PER_STRIP = 278;
  private static final int STRIP_BYTES = 279;
  private static final int PLANAR = 284;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_BYTES = 325;
  private static final int DNG_VERSION = 50706;

  /** Those, and what explains the samples. */
  private static final Set<Integer> ESSENTIAL =
      Set.of(
          WIDTH,
          HEIGHT,
          BITS,
          COMPRESSION,
          PHOTOMETRIC,
          STRIP_OFFSETS,
          ORIENTATION,
          SAMPLES,
          ROWS_PER_STRIP,
          STRIP_BYTES,
          PLANAR,
          TILE_WIDTH,
          TILE_HEIGHT,
          TILE_OFFSETS,
          TILE_BYTES,
          266,
          292,
          293,
          317,
          318,
          320,
          332,
          338,
          339,
          347,
          529,
          530,
          531,
          532);

  private static final int JPEG = 7;

  /** None, CCITT's four, LZW, JPEG, deflate by two numbers, PackBits. */
  private static final Set<Integer> COMPRESSIONS =
      Set.of(1, 2, 3, 4, 5, JPEG, 8, 32771, 32773, 32946);

  /** Grey, RGB, palette, CMYK, YCbCr and Lab. */
  private static final Set<Integer> PHOTOMETRICS = Set.of(0, 1, 2, 3, 5, 6, 8);

  private static final int LAB = 8;

  /** Red, green, blue and transparency, before they are put into the picture. */
  private static final int UNPACKED_BYTES = 4;

  private static final int NANOS_PER_PIXEL = 6;

  /** Black or white, as plans are: each byte of them is eight pixels of a table. */
  private static final int NANOS_PER_ONE_BIT_PIXEL = 4;

  private static final int NANOS_PER_LAB_PIXEL = 40;
  private static final int NANOS_PER_BYTE = 10;
  private static final int NANOS_PER_PART = 2_000;

  /** Its tables are made anew for each. */
  private static final int NANOS_PER_LAB_PART = 60_000;

  private final FileBytes in;
  private final TiffTags tags;

  private TiffFile(FileBytes in, TiffTags tags) {
    this.in = in;
    this.tags = tags;
  }

  static boolean starts(FileBytes in) {
    return in.has(0, "II*\0") || in.has(0, "MM\0*") || in.has(0, "II+\0") || in.has(0, "MM\0+");
  }

  static TiffFile of(FileBytes in) throws UnusableFileException {
    return new TiffFile(in, TiffTags.first(in));
  }

  byte[] essential(byte[] file) {
    return tags.only(ESSENTIAL, file);
  }

  /**
   * Strips or tiles.
   *
   * @param width of each, in pixels
   * @param height of each
   * @param count of all, for all planes
   * @param planes as many parts are put together
   */
  private record Parts(
      long width,
      long height,
      long count,
      long planes,
      @Nullable Values offsets,
      @Nullable Values bytes) {
    long pixels() {
      return width * height;
    }
  }

  PictureFile describe() throws UnusableFileException {
    if (tags.has(DNG_VERSION) || in.has(8, "CR")) {
      throw new UnusableFileException(OtherFiles.raw());
    }
    int width = side(WIDTH);
    int height = side(HEIGHT);
    int compression = (int) tags.value(COMPRESSION, 1);
    int photometric = (int) tags.value(PHOTOMETRIC, -1);
    if (!COMPRESSIONS.contains(compression) || !PHOTOMETRICS.contains(photometric)) {
      throw new UnusableFileException(
          "This is a TIFF of a rare kind (compression %d, colours %d), which cannot be decoded here: send JPEG, PNG or WebP."
              .formatted(compression, photometric));
    }
    long samples = tags.value(SAMPLES, 1);
    long bits = tags.value(BITS, 1);
    if (samples < 1 || samples > 4 || bits < 1 || bits > 64) {
      throw malformed();
    }
    boolean planes = tags.value(PLANAR, 1) == 2;
    Parts parts = parts(width, height, planes ? samples : 1);
    long orientation = tags.value(ORIENTATION, 1);
    boolean turned = orientation >= 5 && orientation <= 8;
    long packed = parts.pixels() * samples * bits / 8;
    long unpacked = parts.pixels() * UNPACKED_BYTES;
    long pixels = (long) width * height;
    long picture = pixels * PictureFile.BYTES_PER_PIXEL;
    long memory = picture * (turned ? 2 : 1) + unpacked + 2 * packed + in.size();
    boolean lab = photometric == LAB;
    long perPixel =
        (samples * bits == 1 ? NANOS_PER_ONE_BIT_PIXEL : NANOS_PER_PIXEL)
            + samples * bits / 8
            + (lab ? NANOS_PER_LAB_PIXEL : 0);
    long nanos =
        atMost(parts.count() / parts.planes(), parts.pixels()) * perPixel
            + (turned ? pixels * PictureFile.NANOS_PER_TURNED_PIXEL : 0)
            + parts.count() * (lab ? NANOS_PER_LAB_PART : NANOS_PER_PART)
            + compressed(parts, compression == JPEG);
    return new PictureFile(
        PictureFormat.TIFF, width, height, turned, /* grey= */ false, memory, nanos);
  }

  private int side(int tag) throws UnusableFileException {
    long value = tags.value(tag, 0);
    if (value < 1 || value > Integer.MAX_VALUE) {
      throw malformed();
    }
    return (int) value;
  }

  private Parts parts(long width, long height, long planes) throws UnusableFileException {
    boolean tiled = tags.has(TILE_WIDTH) || tags.has(TILE_HEIGHT);
    long partWidth = tiled ? side(TILE_WIDTH) : width;
    long partHeight =
        tiled ? side(TILE_HEIGHT) : Math.min(height, tags.value(ROWS_PER_STRIP, height));
    if (partHeight < 1 || partWidth > 1 << 24 || partHeight > 1 << 24) {
      throw malformed();
    }
    long count = ceil(width, partWidth) * ceil(height, partHeight) * planes;
    Values offsets = tags.values(tiled ? TILE_OFFSETS : STRIP_OFFSETS);
    if (offsets == null || offsets.count() < count) {
      throw malformed(); // cut off
    }
    Values bytes = tags.values(tiled ? TILE_BYTES : STRIP_BYTES);
    return new Parts(partWidth, partHeight, count, planes, offsets, bytes);
  }

  private static long ceil(long value, long by) {
    return (value + by - 1) / by;
  }

  private static long atMost(long count, long each) {
    return Math.multiplyHigh(count, each) == 0 && count * each >= 0 ? count * each : 1L << 50;
  }

  /**
   * Nanoseconds for all that is read: several parts may be one, and a part may be long without
   * unfolding to anything.
   */
  private long compressed(Parts parts, boolean jpeg) throws UnusableFileException {
    Values offsets = parts.offsets();
    Values bytes = parts.bytes();
    long read = 0;
    long nanos = 0;
    for (int i = 0; offsets != null && i < parts.count(); i++) {
      long start = Math.min(in.size(), Math.max(0, offsets.at(i)));
      long rest = in.size() - start;
      long length = bytes == null || bytes.count() <= i ? rest : Math.min(rest, bytes.at(i));
      read += Math.max(0, length);
      if (jpeg && read <= 4L * in.size()) {
        nanos += JpegFile.nanos(in.part((int) start, (int) Math.max(0, length)));
      }
    }
    if (jpeg && read > 4L * in.size()) {
      throw malformed(); // the same JPEGs again and again
    }
    return nanos + read * NANOS_PER_BYTE;
  }
}
