package dev.penstock.worker.vision.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * A PNG file reduced to what makes up its pixels and their orientation. The decoder writes a line
 * to standard error for every comment, profile and time that it finds fault with, and a file of
 * some megabytes has room for a million of them.
 */
final class PngChunks {
  private static final String SIGNATURE = "\u0089PNG\r\n\u001a\n";
  private static final int SIGNATURE_BYTES = 8;

  /** Length, type and checksum. */
  private static final int FRAME_BYTES = 12;

  private static final Set<String> PIXELS = Set.of("IDAT", "acTL", "fcTL", "fdAT", "IEND");
  private static final Set<String> ONCE = Set.of("IHDR", "PLTE", "tRNS", "eXIf");

  private PngChunks() {}

  /** The file itself when it is no PNG, or one without anything else. */
  static byte[] essential(byte[] file) {
    if (!isPng(file)) {
      return file;
    }
    ByteBuffer in = ByteBuffer.wrap(file);
    var kept = new ByteArrayOutputStream(file.length);
    kept.write(file, 0, SIGNATURE_BYTES);
    Set<String> seen = new HashSet<>();
    int at = SIGNATURE_BYTES;
    while (at + FRAME_BYTES <= file.length) {
      long end = at + FRAME_BYTES + (in.getInt(at) & 0xFFFF_FFFFL);
      String type = new String(file, at + 4, 4, StandardCharsets.ISO_8859_1);
      // What is cut off ends the picture there, as it does for the decoder.
      int next = (int) Math.min(end, file.length);
      if (PIXELS.contains(type) || (ONCE.contains(type) && seen.add(type))) {
        kept.write(file, at, next - at);
      }
      at = type.equals("IEND") ? file.length : next;
    }
    return kept.size() == file.length ? file : kept.toByteArray();
  }

  private static boolean isPng(byte[] file) {
    return file.length > SIGNATURE_BYTES
        && new String(file, 0, SIGNATURE_BYTES, StandardCharsets.ISO_8859_1).equals(SIGNATURE);
  }
}
