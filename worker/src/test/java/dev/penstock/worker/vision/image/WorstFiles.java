package dev.penstock.worker.vision.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/** Files below a megabyte that ask for as much work as their format lets them. */
final class WorstFiles {
  private static final int LIMIT = 1 << 20;

  private WorstFiles() {}

  static Map<String, byte[]> all() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    progressive(files);
    files.put("GIF of resets", gif(8, 8, resets()));
    files.put("large GIF", flat(8000, 8000, 3, ".gif"));
    for (int side : new int[] {4096, 8000, 11000}) {
      files.put("PNG of one bit, " + side, png(side, 1, 0, side / 8));
      files.put("RGB PNG, " + side, png(side, 8, 2, side * 3));
      files.put("wide RGBA PNG, " + side, png(side, 16, 6, side * 8));
      files.put(
          "lossless WebP, " + side,
          flat(side, side, 3, ".webp", opencv_imgcodecs.IMWRITE_WEBP_QUALITY, 101));
      files.put("JPEG, " + side, flat(side, side, 3, ".jpg"));
      files.put(
          "TIFF, " + side,
          flat(side, side, 3, ".tiff", opencv_imgcodecs.IMWRITE_TIFF_COMPRESSION, 8));
      files.put("BMP of row ends, " + side, rowEnds(side));
      files.put("HDR, " + side, hdr(side));
    }
    files.put("lossy WebP", flat(8000, 8000, 3, ".webp"));
    files.put("WebP with transparency", flat(8000, 8000, 4, ".webp"));
    files.put("TIFF of one wide tile", wideTile());
    for (int compression : new int[] {1, 5, 8, 32773}) {
      files.put("TIFF of the same strip, " + compression, sameStrip(compression, 2, 20_000));
    }
    files.put("TIFF of strips in Lab", sameStrip(1, 8, 20_000));
    files.put("TIFF of many tags", manyTags());
    files.put("TIFF of many directories", manyDirectories());
    files.put("PNG of many parts", manyChunks());
    files.put("JPEG of many segments", manySegments());
    files.put("plain PBM", plainPbm());
    files.values().removeIf(file -> file.length >= LIMIT);
    return files;
  }

  private static byte[] flat(
      int width, int height, int channels, String extension, int... parameters) {
    try (var color = new Scalar(1, 200, 30, 90);
        Mat pixels = new Mat(height, width, opencv_core.CV_MAKETYPE(0, channels), color);
        Picture picture = new Picture(pixels);
        var pairs = parameters.length == 0 ? new IntPointer(0L) : new IntPointer(parameters)) {
      return Pictures.encode(picture, extension, pairs);
    }
  }

  /** Each scan of a flat picture again and again, as many as fit and half and a tenth of them. */
  private static void progressive(Map<String, byte[]> files) {
    byte[] file = flat(4096, 4096, 3, ".jpg", opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE, 1);
    List<Integer> starts = new ArrayList<>();
    for (int at = 2; at < file.length - 1; at++) {
      int marker = file[at + 1] & 0xFF;
      if (file[at] == (byte) 0xFF && (marker == 0xC4 || marker == 0xDA || marker == 0xD9)) {
        starts.add(at);
      }
    }
    int end = starts.get(starts.size() - 1);
    for (int i = 0; i < starts.size() - 1; i++) {
      byte[] scan = Arrays.copyOfRange(file, starts.get(i), starts.get(i + 1));
      if (scan[1] == (byte) 0xDA && scan.length < 100) {
        for (int times : new int[] {10, 100, (LIMIT - file.length) / scan.length - 1}) {
          var repeated = new ByteArrayOutputStream();
          repeated.write(file, 0, end);
          for (int j = 0; j < times; j++) {
            repeated.writeBytes(scan);
          }
          repeated.write(file, end, 2);
          files.put("JPEG of scan %d, %d times".formatted(i, times), repeated.toByteArray());
        }
      }
    }
  }

  /** Codes of three bits: 4 again and again. */
  private static byte[] resets() {
    byte[] codes = new byte[1_000_000];
    int[] pattern = {0b00100100, 0b01001001, 0b10010010};
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) pattern[i % 3];
    }
    return codes;
  }

  static byte[] gif(int width, int height, byte[] codes) {
    var out = new ByteArrayOutputStream();
    ByteBuffer head = ByteBuffer.allocate(13 + 12).order(ByteOrder.LITTLE_ENDIAN);
    head.put("GIF89a".getBytes(StandardCharsets.US_ASCII));
    head.putShort((short) width)
        .putShort((short) height)
        .put((byte) 0x81)
        .put((byte) 0)
        .put((byte) 0);
    out.writeBytes(head.array());
    out.writeBytes(
        ByteBuffer.allocate(11)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put((byte) 0x2C)
            .putInt(0)
            .putShort((short) width)
            .putShort((short) height)
            .put((byte) 0)
            .put((byte) 2)
            .array());
    for (int at = 0; at < codes.length; at += 255) {
      int length = Math.min(255, codes.length - at);
      out.write(length);
      out.write(codes, at, length);
    }
    out.write(0);
    out.write(0x3B);
    return out.toByteArray();
  }

  static byte[] png(int side, int bits, int color, int rowBytes) {
    return PictureFiles.join(
        PictureFiles.signature(),
        PictureFiles.header(side, side, bits, color, 0),
        PictureFiles.chunk("IDAT", blankRows(side, 1 + rowBytes)),
        PictureFiles.chunk("IEND", new byte[0]));
  }

  /** Deflated row by row: all of them together would fill the heap. */
  private static byte[] blankRows(int rows, int bytes) {
    var deflated = new ByteArrayOutputStream();
    try (var out = new DeflaterOutputStream(deflated)) {
      for (int row = 0; row < rows; row++) {
        out.write(new byte[bytes]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return deflated.toByteArray();
  }

  private static byte[] rowEnds(int side) {
    byte[] file = Arrays.copyOf(PictureFiles.runLengthBmp(), 54 + 1024 + 4 * side + 2);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(18, side).putInt(22, side);
    Arrays.fill(file, 54 + 1024, file.length, (byte) 0);
    for (int row = 0; row < side; row++) {
      file[54 + 1024 + 4 * row] = 1;
    }
    file[file.length - 1] = 1;
    return file;
  }

  private static byte[] hdr(int side) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(
        "#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y %d +X %d\n"
            .formatted(side, side)
            .getBytes(StandardCharsets.US_ASCII));
    while (out.size() < LIMIT - 2000) {
      out.writeBytes(new byte[] {2, 2, (byte) (side >> 8), (byte) side});
      for (int channel = 0; channel < 4; channel++) {
        for (int left = side; left > 0; left -= 127) {
          out.write(128 + Math.min(127, left));
          out.write(1);
        }
      }
    }
    return out.toByteArray();
  }

  static byte[] wideTile() {
    var tags = new TiffBuilder(ByteOrder.LITTLE_ENDIAN);
    tags.longs(256, 16).longs(257, 16).shorts(258, 8, 8, 8).shorts(259, 1).shorts(262, 2);
    tags.shorts(277, 3).longs(322, 16_000_000).longs(323, 16).longs(324, 8).longs(325, 48);
    return tags.build(19_000);
  }

  /** Rows of 16 pixels, each of which is read from nearly the whole file. */
  private static byte[] sameStrip(int compression, int colors, int rows) {
    int[] offsets = new int[rows];
    int[] lengths = new int[rows];
    Arrays.fill(offsets, 8);
    Arrays.fill(lengths, 800_000);
    var tags = new TiffBuilder(ByteOrder.LITTLE_ENDIAN);
    tags.longs(256, 16).longs(257, rows).shorts(258, 8, 8, 8).shorts(259, compression);
    tags.shorts(262, colors).longs(273, offsets).shorts(277, 3).longs(278, 1).longs(279, lengths);
    return tags.build(1_000_000);
  }

  private static byte[] manyTags() {
    var tags = new TiffBuilder(ByteOrder.LITTLE_ENDIAN);
    for (int tag = 1000; tag < 61_000; tag++) {
      tags.shorts(tag, 1);
    }
    tags.longs(256, 16).longs(257, 16).shorts(258, 8).shorts(259, 1).shorts(262, 1);
    tags.longs(273, 8).shorts(277, 1).longs(278, 16).longs(279, 256);
    return tags.build(1_000_000);
  }

  private static byte[] manyDirectories() {
    ByteBuffer file =
        ByteBuffer.wrap(Arrays.copyOf(PictureFiles.bigEndianTiff(), LIMIT - 1))
            .order(ByteOrder.BIG_ENDIAN);
    int at = 1024 + PictureFiles.SIDE * PictureFiles.SIDE;
    file.putInt(10 + 12 * 9, at);
    while (at + 30 < file.limit()) {
      file.putShort(at, (short) 1).putShort(at + 2, (short) 256).putShort(at + 4, (short) 3);
      file.putInt(at + 6, 1).putInt(at + 14, at + 18);
      at += 18;
    }
    return file.array();
  }

  private static byte[] manyChunks() {
    var out = new ByteArrayOutputStream();
    byte[] png = Pictures.encoded(8, 8, ".png");
    out.write(png, 0, 33);
    byte[] empty = PictureFiles.chunk("IDAT", new byte[0]);
    byte[] time = PictureFiles.chunk("tIME", new byte[7]);
    while (out.size() < LIMIT - 1000) {
      out.writeBytes(empty);
      out.writeBytes(time);
    }
    out.write(png, 33, png.length - 33);
    return out.toByteArray();
  }

  private static byte[] manySegments() {
    byte[] jpeg = Pictures.encoded(8, 8, ".jpg");
    var out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    byte[] exif = Pictures.oriented(jpeg, 1);
    while (out.size() < LIMIT - 2000) {
      out.write(exif, 2, 36);
    }
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }

  private static byte[] plainPbm() {
    byte[] file = new byte[LIMIT - 1];
    Arrays.fill(file, (byte) '1');
    byte[] head = "P1\n1000 1048\n".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(head, 0, file, 0, head.length);
    return file;
  }
}
