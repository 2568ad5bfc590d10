package dev.penstock.worker.vision.file;

import static dev.penstock.worker.vision.file.UnusableFileException.malformed;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** PBM, PGM, PPM, PAM and float maps: a head of words, then the samples. */
final class NetpbmFile {
  private static final int LONGEST_WORD = 100;
  private static final int MOST_LINES = 100;
  private static final int NANOS_PER_PIXEL = 10;

  /** Floats twice, and the picture. */
  private static final int FLOAT_COPIES = 9;

  private final FileBytes in;
  private int at = 2;

  private NetpbmFile(FileBytes in) {
    this.in = in;
  }

  static PictureFile read(FileBytes in, PictureFormat format) throws UnusableFileException {
    var head = new NetpbmFile(in);
    if (format == PictureFormat.PAM) {
      Pam pam = head.pam();
      return PictureFile.simple(format, pam.width(), pam.height(), 1, NANOS_PER_PIXEL);
    }
    int width = format == PictureFormat.PFM ? head.floatMapNumber() : head.number();
    int height = format == PictureFormat.PFM ? head.floatMapNumber() : head.number();
    int copies = format == PictureFormat.PFM ? FLOAT_COPIES : 1;
    return PictureFile.simple(format, width, height, copies, NANOS_PER_PIXEL);
  }

  /** Digits behind blanks and comments; stands behind the one character that ends them. */
  private int number() throws UnusableFileException {
    int character = next();
    while (character == '#' || Character.isWhitespace(character)) {
      if (character == '#') {
        do {
          character = next();
        } while (character != '\n' && character != '\r');
      }
      character = next();
    }
    var digits = new StringBuilder();
    while (character >= '0' && character <= '9' && digits.length() < LONGEST_WORD) {
      digits.append((char) character);
      character = next();
    }
    return number(digits.toString());
  }

  /** A float map has one blank between its numbers and no comments. */
  private int floatMapNumber() throws UnusableFileException {
    if (at == 2) {
      at++;
    }
    var word = new StringBuilder();
    for (int character = next();
        !Character.isWhitespace(character) && word.length() < LONGEST_WORD;
        character = next()) {
      word.append((char) character);
    }
    return number(word.toString());
  }

  private static int number(String digits) throws UnusableFileException {
    if (!digits.matches("\\d{1,9}")) {
      throw malformed();
    }
    return Integer.parseInt(digits);
  }

  private int next() {
    return in.unsigned8(at++);
  }

  /**
   * The head of a P7.
   *
   * @param depth samples of a pixel: grey or three colours, each with or without transparency
   * @param highest value of a sample
   * @param start of the samples
   */
  private record Pam(int width, int height, int depth, int highest, int start) {
    int bytesPerSample() {
      return highest > 255 ? 2 : 1;
    }

    int colors() {
      return depth < 3 ? 1 : 3;
    }
  }

  private Pam pam() throws UnusableFileException {
    Map<String, Integer> values = new HashMap<>();
    for (int lines = 0; lines < MOST_LINES; lines++) {
      String line = line();
      if (line.equals("ENDHDR")) {
        return pam(values);
      }
      String[] words = line.split("\\s+", 2);
      if (words[0].matches("WIDTH|HEIGHT|DEPTH|MAXVAL")
          && (words.length < 2 || values.put(words[0], number(words[1])) != null)) {
        throw malformed();
      }
    }
    throw malformed();
  }

  private String line() throws UnusableFileException {
    int from = at;
    int character = next();
    while (character != '\n' && character != '\r') {
      character = next();
      if (at - from > 10 * LONGEST_WORD) {
        throw malformed();
      }
    }
    return in.text(from, at - 1 - from).strip();
  }

  private Pam pam(Map<String, Integer> values) throws UnusableFileException {
    var pam =
        new Pam(
            values.getOrDefault("WIDTH", 0),
            values.getOrDefault("HEIGHT", 0),
            values.getOrDefault("DEPTH", 0),
            values.getOrDefault("MAXVAL", 0),
            at);
    if (pam.depth() < 1 || pam.depth() > 4 || pam.highest() < 1 || pam.highest() > 0xFFFF) {
      throw malformed();
    }
    return pam;
  }

  /**
   * A P7 as PGM or PPM, whose samples lie in the same order. OpenCV's own reader exchanges red and
   * blue, and with transparency leaves most of the picture unwritten.
   */
  static byte[] withoutAlpha(FileBytes in, byte[] file) throws UnusableFileException {
    Pam pam = new NetpbmFile(in).pam();
    int pixelBytes = pam.depth() * pam.bytesPerSample();
    int colorBytes = pam.colors() * pam.bytesPerSample();
    long pixels = (long) pam.width() * pam.height();
    if (pixels * pixelBytes > file.length - pam.start()) {
      throw malformed(); // cut off
    }
    boolean blackAndWhite = pam.highest() == 1;
    String head =
        "P%d\n%d %d\n%d\n"
            .formatted(
                pam.colors() == 1 ? 5 : 6,
                pam.width(),
                pam.height(),
                blackAndWhite ? 255 : pam.highest());
    var converted = new ByteArrayOutputStream((int) (pixels * colorBytes) + head.length());
    converted.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    for (int pixel = 0, from = pam.start(); pixel < pixels; pixel++, from += pixelBytes) {
      if (blackAndWhite) {
        for (int sample = 0; sample < colorBytes; sample++) {
          converted.write(file[from + sample] == 0 ? 0 : 255);
        }
      } else {
        converted.write(file, from, colorBytes);
      }
    }
    return converted.toByteArray();
  }
}
