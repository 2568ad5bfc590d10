package dev.penstock.worker.vision.file;

import static dev.penstock.worker.vision.file.UnusableFileException.malformed;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a JPEG. A progressive one may repeat a scan of 16 bytes over all its blocks as
 * often as there is room for, so the blocks that all scans together visit are counted.
 *
 * <p>Markers are found as libjpeg finds them: whatever stands between two segments is passed over.
 */
final class JpegFile {
  private static final int START = 0xD8;
  private static final int END = 0xD9;
  private static final int SCAN = 0xDA;

  /** SOF9; those below it have Huffman codes. */
  private static final int FIRST_ARITHMETIC = 0xC9;

  private static final int APP1 = 0xE1;
  private static final String EXIF = "Exif\0\0";

  private static final int BLOCK = 8;
  private static final int COEFFICIENTS_BYTES = 2 * BLOCK * BLOCK;

  private static final int NANOS_PER_PIXEL = 11;
  private static final int NANOS_PER_VISIT = 6;

  /** Looks at all 63 coefficients of a block. */
  private static final int NANOS_PER_REFINEMENT = 45;

  /** Looks at all 63 coefficients, bit by bit, for which there need be no byte in the file. */
  private static final int NANOS_PER_ARITHMETIC_VISIT = 300;

  private static final long NANOS_PER_SCAN = 20_000;

  private final FileBytes in;
  private int orientation;
  private boolean progressive;
  private boolean arithmetic;
  private @Nullable Frame frame;

  private JpegFile(FileBytes in) {
    this.in = in;
  }

  /**
   * A component's blocks.
   *
   * @param own those that hold pixels
   * @param padded those that a scan of several components visits, and that are kept
   */
  private record Component(int id, long own, long padded) {}

  private record Frame(int width, int height, List<Component> components) {
    /** Only libjpeg's rules for scans matter here, so an unknown name is no component. */
    long blocks(List<Integer> ids) {
      return components.stream()
          .filter(component -> ids.contains(component.id))
          .mapToLong(component -> ids.size() == 1 ? component.own : component.padded)
          .sum();
    }
  }

  static PictureFile read(FileBytes in) throws UnusableFileException {
    return new JpegFile(in).read();
  }

  /** Nanoseconds that a JPEG inside of another file takes; 0 when it is broken at its head. */
  static long nanos(FileBytes in) {
    try {
      return read(in).nanos();
    } catch (UnusableFileException | IndexOutOfBoundsException e) {
      return 0; // refused by the decoder at once
    }
  }

  private PictureFile read() throws UnusableFileException {
    int at = 2;
    while (true) {
      at = nextMarker(at);
      int marker = in.unsigned8(at);
      if (marker == SCAN) {
        return describe(at);
      }
      if (marker == START || marker == END || marker == 0x01 || isRestart(marker)) {
        if (marker == START || marker == END) {
          throw malformed();
        }
        at++;
        continue;
      }
      int length = in.unsigned16(at + 1);
      if (length < 2) {
        throw malformed();
      }
      if (isFrame(marker)) {
        readFrame(at, marker);
      } else if (marker == APP1 && orientation == 0 && in.has(at + 3, EXIF)) {
        orientation = orientation(at + 3 + EXIF.length(), length - 2 - EXIF.length());
      }
      at += 1 + length;
    }
  }

  /** The place of the second byte of the next marker at or behind that place. */
  private int nextMarker(int from) {
    int at = from;
    while (true) {
      while (in.unsigned8(at) != 0xFF) {
        at++;
      }
      while (in.unsigned8(at) == 0xFF) {
        at++; // fill bytes
      }
      if (in.unsigned8(at) != 0) {
        return at;
      }
    }
  }

  private static boolean isRestart(int marker) {
    return marker >= 0xD0 && marker <= 0xD7;
  }

  /** SOF0 to SOF15 without the tables DHT, JPG and DAC that share their range. */
  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private int orientation(int start, int length) {
    try {
      return Exif.orientation(in.part(start, length));
    } catch (IndexOutOfBoundsException e) {
      return 0; // the picture is there all the same
    }
  }

  private void readFrame(int at, int marker) throws UnusableFileException {
    if (frame != null) {
      throw malformed();
    }
    progressive = (marker & 0x03) == 0x02;
    arithmetic = marker >= FIRST_ARITHMETIC;
    int height = in.unsigned16(at + 4);
    int width = in.unsigned16(at + 6);
    int count = in.unsigned8(at + 8);
    int across = 1;
    int down = 1;
    for (int i = 0; i < count; i++) {
      int sampling = in.unsigned8(at + 10 + 3 * i);
      across = Math.max(across, sampling >> 4);
      down = Math.max(down, sampling & 0x0F);
    }
    var components = new ArrayList<Component>();
    for (int i = 0; i < count; i++) {
      int sampling = in.unsigned8(at + 10 + 3 * i);
      long own = own(width, sampling >> 4, across) * own(height, sampling & 0x0F, down);
      long padded =
          ceil(width, (long) BLOCK * across)
              * (sampling >> 4)
              * ceil(height, (long) BLOCK * down)
              * (sampling & 0x0F);
      components.add(new Component(in.unsigned8(at + 9 + 3 * i), own, padded));
    }
    frame = new Frame(width, height, components);
  }

  private static long own(int side, int sampling, int most) {
    return ceil((long) side * sampling, (long) BLOCK * most);
  }

  private static long ceil(long value, long by) {
    return (value + by - 1) / by;
  }

  /**
   * @param firstScan the place of its marker
   */
  private PictureFile describe(int firstScan) throws UnusableFileException {
    Frame described = frame;
    if (described == null) {
      throw malformed();
    }
    boolean manyScans = progressive || in.unsigned8(firstScan + 3) < described.components().size();
    boolean turned = orientation >= 5 && orientation <= 8;
    long pixels = (long) described.width() * described.height();
    long memory = pixels * PictureFile.BYTES_PER_PIXEL * (turned ? 2 : 1);
    long nanos = pixels * (NANOS_PER_PIXEL + (turned ? PictureFile.NANOS_PER_TURNED_PIXEL : 0));
    if (manyScans) {
      memory +=
          described.components().stream().mapToLong(Component::padded).sum() * COEFFICIENTS_BYTES;
    }
    if (manyScans || arithmetic) {
      nanos += scans(firstScan, described);
    }
    return new PictureFile(
        PictureFormat.JPEG,
        described.width(),
        described.height(),
        turned,
        /* grey= */ false,
        memory,
        nanos);
  }

  /** Nanoseconds of all scans up to the end of the picture or of the file. */
  private long scans(int first, Frame described) {
    long nanos = 0;
    try {
      int at = first;
      while (in.unsigned8(at) != END) {
        if (in.unsigned8(at) == SCAN) {
          nanos += scan(at, described);
        }
        at = nextMarker(at + 1);
      }
    } catch (IndexOutOfBoundsException cutOff) {
      // What is not there takes no time, and the decoder refuses the file.
    }
    return nanos;
  }

  private long scan(int at, Frame described) {
    int count = in.unsigned8(at + 3);
    var ids = new ArrayList<Integer>();
    for (int i = 0; i < count; i++) {
      ids.add(in.unsigned8(at + 4 + 2 * i));
    }
    int firstCoefficient = in.unsigned8(at + 4 + 2 * count);
    int bitsBefore = in.unsigned8(at + 6 + 2 * count) >> 4;
    boolean refines = firstCoefficient > 0 && bitsBefore > 0;
    int nanosPerVisit = refines ? NANOS_PER_REFINEMENT : NANOS_PER_VISIT;
    return NANOS_PER_SCAN
        + described.blocks(ids) * (arithmetic ? NANOS_PER_ARITHMETIC_VISIT : nanosPerVisit);
  }
}
