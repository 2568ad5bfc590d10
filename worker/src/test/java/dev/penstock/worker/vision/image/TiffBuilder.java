package dev.penstock.worker.vision.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;

/** Writes the head and the one directory of a TIFF. */
public final class TiffBuilder {
  private static final int BYTE = 1;
  private static final int SHORT = 3;
  private static final int LONG = 4;

  private final ByteOrder order;
  private final Map<Integer, Field> fields = new TreeMap<>();

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Field(int type, int[] values) {
    int bytes() {
      return values.length * (type == BYTE ? 1 : type == SHORT ? 2 : 4);
    }

    void write(ByteBuffer out) {
      for (int value : values) {
        if (type == BYTE) {
          out.put((byte) value);
        } else if (type == SHORT) {
          out.putShort((short) value);
        } else {
          out.putInt(value);
        }
      }
    }
  }

  public TiffBuilder(ByteOrder order) {
    this.order = order;
  }

  public TiffBuilder bytes(int tag, int... values) {
    fields.put(tag, new Field(BYTE, values));
    return this;
  }

  public TiffBuilder shorts(int tag, int... values) {
    fields.put(tag, new Field(SHORT, values));
    return this;
  }

  public TiffBuilder longs(int tag, int... values) {
    fields.put(tag, new Field(LONG, values));
    return this;
  }

  /**
   * @param size of all of it, in bytes; what is not used is 0
   */
  public byte[] build(int size) {
    ByteBuffer out = ByteBuffer.allocate(size).order(order);
    out.put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M')).put(out.get(0));
    out.putShort((short) 42).putInt(8).putShort((short) fields.size());
    int values = 10 + 12 * fields.size() + 4;
    for (Map.Entry<Integer, Field> entry : fields.entrySet()) {
      Field field = entry.getValue();
      int at = out.position();
      out.putShort((short) (int) entry.getKey());
      out.putShort((short) field.type()).putInt(field.values().length);
      if (field.bytes() <= 4) {
        field.write(out);
      } else {
        out.putInt(values).position(values);
        field.write(out);
        values += (field.bytes() + 1) & ~1;
      }
      out.position(at + 12);
    }
    return out.array();
  }
}
