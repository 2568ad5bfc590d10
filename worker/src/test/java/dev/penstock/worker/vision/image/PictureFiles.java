package dev.penstock.worker.vision.image;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/** Files of every accepted format and of the odd kinds of each, made here. */
public final class PictureFiles {
  static final int SIDE = 48;

  private PictureFiles() {}

  /** By their names. All show the same {@link #SIDE} x {@link #SIDE} pixels, more or less. */
  public static Map<String, byte[]> all() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    byte[] rgb = pixels(3);
    try (Picture picture = picture(rgb)) {
      for (String extension :
          new String[] {".jpg", ".png", ".webp", ".bmp", ".tiff", ".gif", ".ppm", ".sr", ".hdr"}) {
        files.put(extension, encode(picture, extension));
      }
      files.put(
          "progressive JPEG",
          encode(picture, ".jpg", opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE, 1));
      files.put(
          "JPEG with restarts",
          encode(picture, ".jpg", opencv_imgcodecs.IMWRITE_JPEG_RST_INTERVAL, 1));
      files.put("turned JPEG", Pictures.oriented(requireNonNull(files.get(".jpg")), 6));
      files.put(
          "lossless WebP", encode(picture, ".webp", opencv_imgcodecs.IMWRITE_WEBP_QUALITY, 101));
      for (int compression : new int[] {1, 5, 7, 8, 32773}) {
        files.put(
            "TIFF by " + compression,
            encode(picture, ".tiff", opencv_imgcodecs.IMWRITE_TIFF_COMPRESSION, compression));
      }
      files.put("plain PPM", encode(picture, ".ppm", opencv_imgcodecs.IMWRITE_PXM_BINARY, 0));
      files.put("flat HDR", encode(picture, ".hdr", opencv_imgcodecs.IMWRITE_HDR_COMPRESSION, 0));
      withOtherChannels(picture, files);
    }
    for (int depth = 1; depth <= 4; depth++) {
      files.put("PAM of " + depth, pam(depth, 255, 1));
      files.put("wide PAM of " + depth, pam(depth, 65535, 2));
    }
    files.put("black and white PAM", pam(1, 1, 1));
    files.put("animated PNG", animatedPng(deflated(filtered(rgb, SIDE * 3))));
    files.put("interlaced PNG", png(8, 2, 1, deflated(interlaced(rgb))));
    files.put("PNG of one bit", png(1, 0, 0, deflated(new byte[SIDE * (1 + SIDE / 8)])));
    files.put("OS/2 BMP", os2Bmp(rgb));
    files.put("run-length BMP", runLengthBmp());
    files.put("tiled TIFF", tiff(rgb, true, false));
    files.put("TIFF in planes", tiff(rgb, false, true));
    files.put("big-endian TIFF", bigEndianTiff());
    return files;
  }

  private static void withOtherChannels(Picture picture, Map<String, byte[]> files) {
    try (var grey = new Mat();
        var floats = new Mat();
        var greyFloats = new Mat();
        var alpha = new Mat();
        var wide = new Mat()) {
      opencv_imgproc.cvtColor(picture.pixels(), grey, opencv_imgproc.COLOR_BGR2GRAY);
      opencv_imgproc.cvtColor(picture.pixels(), alpha, opencv_imgproc.COLOR_BGR2BGRA);
      picture.pixels().convertTo(wide, opencv_core.CV_16U, 257, 0);
      picture.pixels().convertTo(floats, opencv_core.CV_32F);
      grey.convertTo(greyFloats, opencv_core.CV_32F);
      files.put(".pfm", encode(floats, ".pfm"));
      files.put("grey .pfm", encode(greyFloats, ".pfm"));
      for (String extension : new String[] {".jpg", ".png", ".tiff", ".pgm", ".pbm", ".sr"}) {
        files.put("grey " + extension, encode(grey, extension));
      }
      for (String extension : new String[] {".png", ".webp", ".tiff", ".bmp"}) {
        files.put("alpha " + extension, encode(alpha, extension));
      }
      for (String extension : new String[] {".png", ".tiff", ".ppm"}) {
        files.put("wide " + extension, encode(wide, extension));
      }
    }
  }

  private static byte[] encode(Picture picture, String extension, int... parameters) {
    return encode(picture.pixels(), extension, parameters);
  }

  private static byte[] encode(Mat pixels, String extension, int... parameters) {
    try (Picture picture = new Picture(pixels.clone());
        var pairs = parameters.length == 0 ? new IntPointer(0L) : new IntPointer(parameters)) {
      return Pictures.encode(picture, extension, pairs);
    }
  }

  /** Noise without the values that the tests look for. */
  static byte[] pixels(int samples) {
    byte[] pixels = new byte[SIDE * SIDE * samples];
    var random = new Random(7);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (random.nextInt(64) + 20);
    }
    return pixels;
  }

  private static Picture picture(byte[] rgb) {
    Picture picture = Pictures.plain(SIDE, SIDE, 0, 0, 0);
    ByteBuffer out = picture.pixels().createBuffer();
    for (int i = 0; i < rgb.length; i += 3) {
      out.put(rgb[i + 2]).put(rgb[i + 1]).put(rgb[i]);
    }
    return picture;
  }

  static byte[] pam(int depth, int highest, int bytesPerSample) {
    String[] kinds = {"GRAYSCALE", "GRAYSCALE_ALPHA", "RGB", "RGB_ALPHA"};
    String kind = highest == 1 ? "BLACKANDWHITE" : kinds[depth - 1];
    String head =
        "P7\n# made here\nWIDTH %d\nHEIGHT %d\nDEPTH %d\nMAXVAL %d\nTUPLTYPE %s\nENDHDR\n"
            .formatted(SIDE, SIDE, depth, highest, kind);
    byte[] samples = pixels(depth * bytesPerSample);
    for (int i = 0; highest == 1 && i < samples.length; i++) {
      samples[i] &= 1;
    }
    return join(head.getBytes(StandardCharsets.US_ASCII), samples);
  }

  static byte[] join(byte[]... parts) {
    var file = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      file.writeBytes(part);
    }
    return file.toByteArray();
  }

  static byte[] chunk(String type, byte[] data) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    var sum = new CRC32();
    sum.update(name);
    sum.update(data);
    return ByteBuffer.allocate(12 + data.length)
        .putInt(data.length)
        .put(name)
        .put(data)
        .putInt((int) sum.getValue())
        .array();
  }

  static byte[] signature() {
    return "\u0089PNG\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] header(int width, int height, int bits, int color, int interlacing) {
    return chunk(
        "IHDR",
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put(new byte[] {(byte) bits, (byte) color, 0, 0, (byte) interlacing})
            .array());
  }

  private static byte[] png(int bits, int color, int interlacing, byte[] data) {
    return join(
        signature(),
        header(SIDE, SIDE, bits, color, interlacing),
        chunk("IDAT", data),
        chunk("IEND", new byte[0]));
  }

  /** Two frames; the first is the whole picture. */
  static byte[] animatedPng(byte[] data) {
    ByteBuffer control =
        ByteBuffer.allocate(26).putInt(0).putInt(SIDE).putInt(SIDE).putLong(0).putInt(0x000A_0064);
    return join(
        signature(),
        header(SIDE, SIDE, 8, 2, 0),
        chunk("acTL", ByteBuffer.allocate(8).putInt(2).putInt(0).array()),
        chunk("fcTL", control.array()),
        chunk("IDAT", data),
        chunk("fcTL", control.putInt(0, 1).array()),
        chunk("fdAT", join(new byte[] {0, 0, 0, 2}, data)),
        chunk("IEND", new byte[0]));
  }

  static byte[] deflated(byte[] data) {
    var deflater = new Deflater(Deflater.BEST_COMPRESSION);
    deflater.setInput(data);
    deflater.finish();
    var out = new ByteArrayOutputStream();
    byte[] part = new byte[8192];
    while (!deflater.finished()) {
      out.write(part, 0, deflater.deflate(part));
    }
    deflater.end();
    return out.toByteArray();
  }

  /** Rows with a filter byte of 0 in front of each. */
  private static byte[] filtered(byte[] pixels, int rowBytes) {
    var out = new ByteArrayOutputStream();
    for (int at = 0; at < pixels.length; at += rowBytes) {
      out.write(0);
      out.write(pixels, at, rowBytes);
    }
    return out.toByteArray();
  }

  private static byte[] interlaced(byte[] rgb) {
    int[][] passes = {
      {0, 0, 8, 8},
      {4, 0, 8, 8},
      {0, 4, 4, 8},
      {2, 0, 4, 4},
      {0, 2, 2, 4},
      {1, 0, 2, 2},
      {0, 1, 1, 2}
    };
    var out = new ByteArrayOutputStream();
    for (int[] pass : passes) {
      for (int y = pass[1]; y < SIDE; y += pass[3]) {
        out.write(0);
        for (int x = pass[0]; x < SIDE; x += pass[2]) {
          out.write(rgb, 3 * (y * SIDE + x), 3);
        }
      }
    }
    return out.toByteArray();
  }

  static byte[] os2Bmp(byte[] bgr) {
    return ByteBuffer.allocate(26 + bgr.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 'B')
        .put((byte) 'M')
        .putInt(26 + bgr.length)
        .putInt(0)
        .putInt(26)
        .putInt(12)
        .putShort((short) SIDE)
        .putShort((short) SIDE)
        .putShort((short) 1)
        .putShort((short) 24)
        .put(bgr)
        .array();
  }

  /** Rows that end early, a jump, and an end before the last row. */
  static byte[] runLengthBmp() {
    byte[] runs = {20, 3, 0, 0, 0, 2, 5, 1, 7, 2, 0, 4, 1, 2, 3, 1, 0, 0, 0, 1};
    ByteBuffer file =
        ByteBuffer.allocate(54 + 1024 + runs.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put((byte) 'B')
            .put((byte) 'M')
            .putInt(54 + 1024 + runs.length)
            .putInt(0)
            .putInt(54 + 1024)
            .putInt(40)
            .putInt(SIDE)
            .putInt(SIDE)
            .putShort((short) 1)
            .putShort((short) 8)
            .putInt(1)
            .putInt(runs.length);
    for (int i = 0; i < 1024; i++) {
      file.put(54 + i, (byte) (i % 60));
    }
    return file.position(54 + 1024).put(runs).array();
  }

  /** A little-endian TIFF of three samples of 8 bits, tiles of 32 x 32 or strips of 16 rows. */
  static byte[] tiff(byte[] rgb, boolean tiled, boolean planes) {
    int parts = tiled ? 4 : (planes ? 9 : 3);
    int bytes = tiled ? 32 * 32 * 3 : 16 * SIDE * (planes ? 1 : 3);
    var tags = new TiffBuilder(ByteOrder.LITTLE_ENDIAN);
    tags.shorts(256, SIDE).shorts(257, SIDE).shorts(258, 8, 8, 8).shorts(259, 1).shorts(262, 2);
    tags.shorts(277, 3).shorts(284, planes ? 2 : 1);
    int[] offsets = new int[parts];
    int[] lengths = new int[parts];
    for (int i = 0; i < parts; i++) {
      offsets[i] = 1024 + i * bytes;
      lengths[i] = bytes;
    }
    if (tiled) {
      tags.shorts(322, 32).shorts(323, 32).longs(324, offsets).longs(325, lengths);
    } else {
      tags.shorts(278, 16).longs(273, offsets).longs(279, lengths);
    }
    byte[] data = new byte[parts * bytes];
    System.arraycopy(rgb, 0, data, 0, Math.min(rgb.length, data.length));
    return join(tags.build(1024), data);
  }

  /** Its sides are of one byte each, which lies at the front of the field. */
  static byte[] bigEndianTiff() {
    var tags = new TiffBuilder(ByteOrder.BIG_ENDIAN);
    tags.bytes(256, SIDE).bytes(257, SIDE).shorts(258, 8).shorts(259, 1).shorts(262, 1);
    tags.longs(273, 1024).bytes(277, 1).bytes(278, SIDE).longs(279, SIDE * SIDE);
    return join(tags.build(1024), pixels(1));
  }
}
