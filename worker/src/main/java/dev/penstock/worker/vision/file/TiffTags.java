package dev.penstock.worker.vision.file;

import static dev.penstock.worker.vision.file.UnusableFileException.malformed;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The first directory of a TIFF, classic or BigTIFF: the first entry of each tag. */
final class TiffTags {
  /** What real files have is far below; the decoder compares each with each. */
  private static final int MOST_ENTRIES = 4096;

  private static final int BYTE = 1;
  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int LONG8 = 16;

  private final FileBytes in;
  private final boolean big;
  private final boolean littleEndian;
  private final Map<Integer, Integer> places = new TreeMap<>();

  private TiffTags(FileBytes in, boolean big, boolean littleEndian) {
    this.in = in;
    this.big = big;
    this.littleEndian = littleEndian;
  }

  static TiffTags first(FileBytes file) throws UnusableFileException {
    boolean littleEndian = file.has(0, "II");
    FileBytes in = littleEndian ? file.littleEndian() : file;
    var tags = new TiffTags(in, in.unsigned16(2) == 43, littleEndian);
    tags.readEntries();
    return tags;
  }

  private void readEntries() throws UnusableFileException {
    int at = place(big ? in.signed64(8) : in.unsigned32(4));
    long entries = big ? in.signed64(at) : in.unsigned16(at);
    if (entries < 1 || entries > MOST_ENTRIES) {
      throw malformed();
    }
    int entry = at + (big ? 8 : 2);
    for (int i = 0; i < entries; i++, entry += entryBytes()) {
      places.putIfAbsent(in.unsigned16(entry), entry);
    }
    in.unsigned8(entry - 1); // all of it is there
  }

  private int entryBytes() {
    return big ? 20 : 12;
  }

  private int place(long offset) throws UnusableFileException {
    if (offset < 0 || offset >= in.size()) {
      throw malformed();
    }
    return (int) offset;
  }

  boolean has(int tag) {
    return places.containsKey(tag);
  }

  /** The only or first value of a tag, or that number where it is absent. */
  long value(int tag, long otherwise) throws UnusableFileException {
    Values values = values(tag);
    return values == null || values.count() == 0 ? otherwise : values.at(0);
  }

  /** Null where it is absent. */
  @Nullable Values values(int tag) throws UnusableFileException {
    Integer entry = places.get(tag);
    if (entry == null) {
      return null;
    }
    int type = in.unsigned16(entry + 2);
    long count = big ? in.signed64(entry + 4) : in.unsigned32(entry + 4);
    int bytes = bytes(type);
    int inPlace = entry + (big ? 12 : 8);
    if (count < 0 || count > in.size()) {
      throw malformed();
    }
    long length = count * bytes;
    int start =
        length <= (big ? 8 : 4)
            ? inPlace
            : place(big ? in.signed64(inPlace) : in.unsigned32(inPlace));
    if (start + length > in.size()) {
      throw malformed();
    }
    return new Values(type, (int) count, start);
  }

  private static int bytes(int type) {
    return switch (type) {
      case SHORT, 8 -> 2;
      case LONG, 9, 11, 13 -> 4;
      case 5, 10, 12, LONG8, 17, 18 -> 8;
      default -> 1;
    };
  }

  /** The values of one tag. */
  final class Values {
    private final int type;
    private final int count;
    private final int start;

    private Values(int type, int count, int start) {
      this.type = type;
      this.count = count;
      this.start = start;
    }

    int count() {
      return count;
    }

    int start() {
      return start;
    }

    /** Whole numbers only; of bytes, too. */
    long at(int index) throws UnusableFileException {
      int place = start + index * bytes(type);
      return switch (type) {
        case BYTE -> in.unsigned8(place);
        case SHORT -> in.unsigned16(place);
        case LONG -> in.unsigned32(place);
        case LONG8 -> in.signed64(place);
        default -> throw malformed();
      };
    }
  }

  /**
   * The file with a directory of these tags alone, behind which no other follows. Everything that
   * they refer to stays where it was.
   */
  byte[] only(Collection<Integer> kept, byte[] file) {
    var entries = places.entrySet().stream().filter(tag -> kept.contains(tag.getKey())).toList();
    int at = (file.length + 7) & ~7;
    int length = (big ? 8 : 2) + entries.size() * entryBytes() + (big ? 8 : 4);
    ByteBuffer out =
        ByteBuffer.allocate(at + length)
            .order(littleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
            .put(file);
    if (big) {
      out.putLong(8, at).position(at).putLong(entries.size());
    } else {
      out.putInt(4, at).position(at).putShort((short) entries.size());
    }
    entries.forEach(tag -> out.put(file, tag.getValue(), entryBytes()));
    return out.array();
  }
}
