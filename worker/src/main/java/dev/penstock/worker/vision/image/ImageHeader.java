package dev.penstock.worker.vision.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Width and height from the first bytes of a file: guards the decoder against small files that
 * unfold to gigabytes. Says nothing about whether the rest can be decoded.
 */
final class ImageHeader {
  private static final int JPEG_APP1 = 0xE1;
  private static final int JPEG_START_OF_SCAN = 0xDA;
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

  /** Frames, samples of other depths or colours with transparency come before the picture. */
  private static final int UNFOLDED = 4;

  /** Two bytes for each sample of a picture, and the picture itself. */
  private static final int COEFFICIENTS = 3;

  private ImageHeader() {}

  /**
   * What a header says.
   *
   * @param copies for how many pictures of that size there must be room while it is decoded, as
   *     measured for each format
   */
  record Declared(ImageSize size, int copies) {}

  /**
   * @param orient whether width and height change places when EXIF data of a JPEG says so
   * @return null when the header is none of JPEG, PNG, WebP, BMP, GIF and TIFF, or is cut off
   */
  static @Nullable ImageSize read(byte[] file, boolean orient) {
    Declared declared = declared(file, orient);
    return declared == null ? null : declared.size();
  }

  /** As {@link #read}, with the memory it takes. */
  static @Nullable Declared declared(byte[] file, boolean orient) {
    ByteBuffer in = ByteBuffer.wrap(file);
    try {
      ImageSize size = null;
      int copies = 1;
      if (startsWith(in, 0, "\u00ff\u00d8\u00ff")) {
        Declared jpeg = jpeg(in, orient);
        size = jpeg == null ? null : jpeg.size();
        copies = jpeg == null ? 1 : jpeg.copies();
      } else if (startsWith(in, 0, "\u0089PNG\r\n\u001a\n")) {
        size = new ImageSize(in.getInt(16), in.getInt(20));
      } else if (startsWith(in, 0, "RIFF") && startsWith(in, 8, "WEBP")) {
        size = webp(in.order(ByteOrder.LITTLE_ENDIAN));
        copies = UNFOLDED;
      } else if (startsWith(in, 0, "BM")) {
        in.order(ByteOrder.LITTLE_ENDIAN);
        size = new ImageSize(in.getInt(18), Math.abs(in.getInt(22)));
      } else if (startsWith(in, 0, "GIF8")) {
        in.order(ByteOrder.LITTLE_ENDIAN);
        size = new ImageSize(unsigned16(in, 6), unsigned16(in, 8));
        copies = UNFOLDED;
      } else if (startsWith(in, 0, "II*\0") || startsWith(in, 0, "MM\0*")) {
        size = TiffDirectory.first(in).size();
        copies = UNFOLDED;
      }
      return size != null && size.width() > 0 && size.height() > 0
          ? new Declared(size, copies)
          : null;
    } catch (IndexOutOfBoundsException e) {
      return null;
    }
  }

  /** Walks the segments up to the frame header; EXIF data comes before it. */
  private static @Nullable Declared jpeg(ByteBuffer in, boolean orient) {
    boolean turned = false;
    int at = 2;
    while (true) {
      while (unsigned8(in, at) == 0xFF && unsigned8(in, at + 1) == 0xFF) {
        at++; // fill bytes
      }
      int marker = unsigned8(in, at + 1);
      if (unsigned8(in, at) != 0xFF || marker == JPEG_START_OF_SCAN) {
        return null;
      }
      int length = unsigned16(in, at + 2);
      if (isFrameHeader(marker)) {
        var size = new ImageSize(unsigned16(in, at + 7), unsigned16(in, at + 5));
        boolean turns = turned && orient;
        int copies = (isProgressive(marker) ? COEFFICIENTS : 1) + (turns ? 1 : 0);
        return new Declared(turns ? size.turned() : size, copies);
      }
      if (marker == JPEG_APP1 && isExif(in, at + 4)) {
        turned = isTurned(in, at + 4 + EXIF.length, length - 2 - EXIF.length);
      }
      at += 2 + length;
    }
  }

  /** SOF0 to SOF15 without the tables DHT, JPG and DAC that share their range. */
  private static boolean isFrameHeader(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  /** Its coefficients are kept until the last scan. */
  private static boolean isProgressive(int marker) {
    return (marker & 0x03) == 0x02;
  }

  private static boolean isExif(ByteBuffer in, int at) {
    return in.capacity() >= at + EXIF.length
        && in.slice(at, EXIF.length).equals(ByteBuffer.wrap(EXIF));
  }

  /** Broken EXIF data means no orientation, as for the decoder; the picture is still guarded. */
  private static boolean isTurned(ByteBuffer in, int start, int length) {
    try {
      return TiffDirectory.first(in.slice(start, length)).isTurned();
    } catch (IndexOutOfBoundsException e) {
      return false;
    }
  }

  private static @Nullable ImageSize webp(ByteBuffer in) {
    if (startsWith(in, 12, "VP8X")) {
      return new ImageSize(
          1 + (in.getInt(24) & 0xFFFFFF), 1 + (unsigned16(in, 27) | (unsigned8(in, 29) << 16)));
    }
    if (startsWith(in, 12, "VP8L")) {
      int bits = in.getInt(21);
      return new ImageSize(1 + (bits & 0x3FFF), 1 + ((bits >>> 14) & 0x3FFF));
    }
    if (startsWith(in, 12, "VP8 ")) {
      return new ImageSize(unsigned16(in, 26) & 0x3FFF, unsigned16(in, 28) & 0x3FFF);
    }
    return null;
  }

  private static boolean startsWith(ByteBuffer in, int at, String latin1) {
    byte[] expected = latin1.getBytes(StandardCharsets.ISO_8859_1);
    return in.capacity() >= at + expected.length
        && in.slice(at, expected.length).equals(ByteBuffer.wrap(expected));
  }

  private static int unsigned8(ByteBuffer in, int at) {
    return in.get(at) & 0xFF;
  }

  private static int unsigned16(ByteBuffer in, int at) {
    return in.getShort(at) & 0xFFFF;
  }
}
