package dev.penstock.model.onnx;

import dev.penstock.model.onnx.ProtobufFile.Varint;
import java.io.IOException;

/**
 * The fields of one message, one after the other; what is not asked for is skipped. See the
 * protobuf encoding, https://protobuf.dev/programming-guides/encoding/.
 */
final class ProtobufMessage {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED_32 = 5;

  private final ProtobufFile file;
  private final long end;
  private long position;
  private int field;
  private int wireType;
  private long number;
  private long contentStart;

  ProtobufMessage(ProtobufFile file, long start, long end) {
    this.file = file;
    this.position = start;
    this.end = end;
  }

  /**
   * Goes to the next field.
   *
   * @return false when there is none left
   */
  boolean next() throws IOException, OnnxFormatException {
    if (position == end) {
      return false;
    }
    file.count();
    long start = position;
    Varint key = file.varint(position, end);
    field = (int) (key.value() >>> 3);
    wireType = (int) (key.value() & 7);
    contentStart = key.end();
    switch (wireType) {
      case VARINT -> {
        Varint value = file.varint(contentStart, end);
        number = value.value();
        position = value.end();
      }
      case FIXED_64 -> position = contentStart + Long.BYTES;
      case FIXED_32 -> position = contentStart + Integer.BYTES;
      case BYTES -> {
        Varint length = file.varint(contentStart, end);
        contentStart = length.end();
        if (length.value() < 0 || length.value() > end - contentStart) {
          throw new OnnxFormatException("it ends in the middle, in a field at byte " + start);
        }
        position = contentStart + length.value();
      }
      default -> throw new OnnxFormatException("there is no protobuf field at byte " + start);
    }
    if (field == 0 || position > end) {
      throw new OnnxFormatException("there is no protobuf field at byte " + start);
    }
    return true;
  }

  int field() {
    return field;
  }

  /** The field's number; 0 when it is none. */
  long number() {
    return wireType == VARINT ? number : 0;
  }

  /** How many bytes the field's content has; 0 when it is a number. */
  long length() {
    return wireType == BYTES ? position - contentStart : 0;
  }

  /** The field as a text; empty when it is none. */
  String text() throws IOException, OnnxFormatException {
    return wireType == BYTES ? file.text(contentStart, position) : "";
  }

  /** The field as a message; empty when it is none. */
  ProtobufMessage message() {
    return wireType == BYTES
        ? new ProtobufMessage(file, contentStart, position)
        : new ProtobufMessage(file, position, position);
  }
}
