package dev.penstock.it.kit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A network whose tensors lie in a file of their own.
 *
 * @param network the ONNX file
 * @param location where it says that its tensors lie
 * @param tensors what is to lie there
 */
@SuppressWarnings("ArrayRecordComponent") // blobs, never compared
public record SplitNetwork(byte[] network, String location, byte[] tensors) {
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int TENSOR_RAW_DATA = 9;
  private static final int BYTES = 2;

  /** Shapes and the like stay inside, as exporters leave them: they are read before tensors are. */
  private static final int SMALLEST = 1_024;

  /** Takes the raw data of all large initializers out of a network. */
  public static SplitNetwork of(byte[] whole, String location) {
    var tensors = new ByteArrayOutputStream();
    byte[] network =
        map(
            whole,
            MODEL_GRAPH,
            graph -> map(graph, GRAPH_INITIALIZER, tensor -> external(tensor, location, tensors)));
    return new SplitNetwork(network, location, tensors.toByteArray());
  }

  private interface Change {
    byte[] of(byte[] content);
  }

  private static byte[] external(byte[] tensor, String location, ByteArrayOutputStream tensors) {
    var rest = new ByteArrayOutputStream();
    int offset = tensors.size();
    for (var reader = new Reader(tensor); reader.next(); ) {
      if (reader.field == TENSOR_RAW_DATA && reader.at - reader.contentStart >= SMALLEST) {
        tensors.write(tensor, reader.contentStart, reader.at - reader.contentStart);
      } else {
        rest.write(tensor, reader.start, reader.at - reader.start);
      }
    }
    if (tensors.size() > offset) {
      write(rest, 13, entry("location", location));
      write(rest, 13, entry("offset", Integer.toString(offset)));
      write(rest, 13, entry("length", Integer.toString(tensors.size() - offset)));
      rest.write(14 << 3);
      rest.write(1);
    }
    return rest.toByteArray();
  }

  private static byte[] entry(String key, String value) {
    var entry = new ByteArrayOutputStream();
    write(entry, 1, key.getBytes(StandardCharsets.UTF_8));
    write(entry, 2, value.getBytes(StandardCharsets.UTF_8));
    return entry.toByteArray();
  }

  private static byte[] map(byte[] message, int field, Change change) {
    var out = new ByteArrayOutputStream();
    for (var reader = new Reader(message); reader.next(); ) {
      if (reader.field == field) {
        byte[] content = new byte[reader.at - reader.contentStart];
        System.arraycopy(message, reader.contentStart, content, 0, content.length);
        write(out, field, change.of(content));
      } else {
        out.write(message, reader.start, reader.at - reader.start);
      }
    }
    return out.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, int field, byte[] content) {
    varint(out, (field << 3) | BYTES);
    varint(out, content.length);
    out.writeBytes(content);
  }

  private static void varint(ByteArrayOutputStream out, int value) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  /** The fields of a message, one after the other. */
  private static final class Reader {
    private final byte[] bytes;
    private int start;
    private int contentStart;
    private int at;
    private int field;

    Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    boolean next() {
      if (at == bytes.length) {
        return false;
      }
      start = at;
      long key = varint();
      field = (int) (key >>> 3);
      switch ((int) (key & 7)) {
        case 0 -> varint();
        case 1 -> at += Long.BYTES;
        case BYTES -> {
          int length = (int) varint();
          contentStart = at;
          at += length;
        }
        case 5 -> at += Integer.BYTES;
        default -> throw new IllegalArgumentException("no protobuf");
      }
      return true;
    }

    private long varint() {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        byte next = bytes[at++];
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return value;
        }
      }
    }
  }
}
