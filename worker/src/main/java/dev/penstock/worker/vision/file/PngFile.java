package dev.penstock.worker.vision.file;

import static dev.penstock.worker.vision.file.UnusableFileException.malformed;

import java.io.ByteArrayOutputStream;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A PNG, reduced to what makes up its pixels and their orientation. The decoder has something to
 * say of every comment, profile and time that it finds fault with, and a file of some megabytes has
 * room for a million of them. Without the parts of an animation it is decoded as the still picture
 * that every reader shows: OpenCV composes animations in memory that nobody cleared.
 */
final class PngFile {
  static final String SIGNATURE = "\u0089PNG\r\n\u001a\n";
  private static final int SIGNATURE_BYTES = 8;

  /** Length, type and checksum. */
  private static final int FRAME_BYTES = 12;

  private static final Set<String> PIXELS = Set.of("IDAT", "IEND");
  private static final Set<String> FURTHER_FRAMES = Set.of("fcTL", "fdAT");

  /** Length, type and checksum of an empty part. */
  private static final byte[] END = {
    0, 0, 0, 0, 'I', 'E', 'N', 'D', (byte) 0xAE, 0x42, 0x60, (byte) 0x82
  };

  private static final Set<String> ONCE = Set.of("IHDR", "PLTE", "tRNS", "eXIf");

  private static final int NANOS_PER_PIXEL = 6;
  private static final int NANOS_PER_GREY_PIXEL = 4;
  private static final int NANOS_PER_BYTE = 3;
  private static final int NANOS_OF_INTERLACING = 6;

  private PngFile() {}

  /** A part of a PNG file, which is called a chunk. */
  private record Part(String type, int at, int end) {
    int data() {
      return at + 8;
    }

    int length() {
      return end - at - FRAME_BYTES;
    }
  }

  /** The next part, or null behind the last whole one. */
  private static @Nullable Part part(FileBytes in, int at) {
    if (at + FRAME_BYTES > in.size()) {
      return null;
    }
    long end = at + FRAME_BYTES + in.unsigned32(at);
    return end > in.size() ? null : new Part(in.text(at + 4, 4), at, (int) end);
  }

  static PictureFile read(FileBytes in) throws UnusableFileException {
    Part header = part(in, SIGNATURE_BYTES);
    if (header == null || !header.type().equals("IHDR") || header.length() != 13) {
      throw malformed(); // as the decoder does, which would look for it further on
    }
    int width = in.signed32(header.data());
    int height = in.signed32(header.data() + 4);
    int bits = in.unsigned8(header.data() + 8);
    int color = in.unsigned8(header.data() + 9);
    boolean grey = color == 0;
    int samples =
        switch (color) {
          case 2 -> 3;
          case 4 -> 2;
          case 6 -> 4;
          default -> 1;
        };
    boolean interlaced = in.unsigned8(header.data() + 12) != 0;
    boolean turned = isTurned(in, header);
    long pixels = (long) width * height;
    long nanos =
        pixels
                * ((grey ? NANOS_PER_GREY_PIXEL : NANOS_PER_PIXEL)
                    + (interlaced ? NANOS_OF_INTERLACING : 0))
            + pixels * bits * samples * NANOS_PER_BYTE / 8
            + (turned ? pixels * PictureFile.NANOS_PER_TURNED_PIXEL : 0)
            + in.size() * (long) NANOS_PER_BYTE;
    long memory = pixels * PictureFile.BYTES_PER_PIXEL * (turned ? 2 : 1) + (grey ? pixels : 0);
    return new PictureFile(PictureFormat.PNG, width, height, turned, grey, memory, nanos);
  }

  private static boolean isTurned(FileBytes in, Part header) {
    for (Part part = header; part != null; part = part(in, part.end())) {
      if (part.type().equals("eXIf")) {
        try {
          int orientation = Exif.orientation(in.part(part.data(), part.length()));
          return orientation >= 5 && orientation <= 8;
        } catch (IndexOutOfBoundsException e) {
          return false;
        }
      }
      if (part.type().equals("IEND")) {
        return false;
      }
    }
    return false;
  }

  /** The file itself when there is nothing else in it. */
  static byte[] essential(byte[] file) {
    var in = new FileBytes(file);
    var kept = new ByteArrayOutputStream(file.length);
    kept.write(file, 0, SIGNATURE_BYTES);
    Set<String> seen = new HashSet<>();
    Part part = part(in, SIGNATURE_BYTES); // what is cut off is refused by the decoder
    while (part != null) {
      if (FURTHER_FRAMES.contains(part.type()) && seen.contains("IDAT")) {
        kept.writeBytes(END); // wherever the animation itself ends
        return kept.toByteArray();
      }
      boolean first = seen.add(part.type());
      if (PIXELS.contains(part.type()) || (ONCE.contains(part.type()) && first)) {
        kept.write(file, part.at(), part.end() - part.at());
      }
      part = part.type().equals("IEND") ? null : part(in, part.end());
    }
    return kept.size() == file.length ? file : kept.toByteArray();
  }
}
