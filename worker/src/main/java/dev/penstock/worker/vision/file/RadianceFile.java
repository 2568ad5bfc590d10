package dev.penstock.worker.vision.file;

import static dev.penstock.worker.vision.file.UnusableFileException.malformed;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The head of a Radiance picture: lines up to an empty one, and one with the size. */
final class RadianceFile {
  /** As C reads them, the line end included: longer ones count as several. */
  private static final int LONGEST_LINE = 127;

  private static final int MOST_LINES = 1000;

  /** Floats, their bytes, and the picture. */
  private static final int COPIES = 6;

  private static final int NANOS_PER_PIXEL = 105;

  private static final Pattern SIZE =
      Pattern.compile("-Y\\s*(\\d{1,7})\\s*\\+X\\s*(\\d{1,7})\\s.*", Pattern.DOTALL);

  private RadianceFile() {}

  static PictureFile read(FileBytes in) throws UnusableFileException {
    int at = 0;
    for (int lines = 0; lines < MOST_LINES; lines++) {
      String line = line(in, at);
      at += line.length();
      if (line.equals("\n") && lines > 0) {
        Matcher size = SIZE.matcher(line(in, at));
        if (!size.matches()) {
          throw malformed();
        }
        return PictureFile.simple(
            PictureFormat.RADIANCE,
            Integer.parseInt(size.group(2)),
            Integer.parseInt(size.group(1)),
            COPIES,
            NANOS_PER_PIXEL);
      }
    }
    throw malformed();
  }

  private static String line(FileBytes in, int from) {
    int at = from;
    while (at - from < LONGEST_LINE && in.unsigned8(at++) != '\n') {
      // on
    }
    return in.text(from, at - from);
  }
}
