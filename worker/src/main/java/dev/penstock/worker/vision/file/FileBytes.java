package dev.penstock.worker.vision.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Numbers at places of a file. Beyond its end all of them throw IndexOutOfBoundsException. */
final class FileBytes {
  private final ByteBuffer in;

  /** Big-endian, as long as {@link #littleEndian} is not asked for. */
  FileBytes(byte[] file) {
    this(ByteBuffer.wrap(file));
  }

  private FileBytes(ByteBuffer in) {
    this.in = in;
  }

  FileBytes littleEndian() {
    return new FileBytes(in.duplicate().order(ByteOrder.LITTLE_ENDIAN));
  }

  /** A part, in the same byte order, counted from 0 again. */
  FileBytes part(int at, int length) {
    return new FileBytes(in.slice(at, length).order(in.order()));
  }

  int size() {
    return in.capacity();
  }

  int unsigned8(int at) {
    return in.get(at) & 0xFF;
  }

  int unsigned16(int at) {
    return in.getShort(at) & 0xFFFF;
  }

  int signed32(int at) {
    return in.getInt(at);
  }

  long unsigned32(int at) {
    return in.getInt(at) & 0xFFFF_FFFFL;
  }

  long signed64(int at) {
    return in.getLong(at);
  }

  /** Whether these characters stand there; false beyond the end. */
  boolean has(int at, String latin1) {
    byte[] expected = latin1.getBytes(StandardCharsets.ISO_8859_1);
    return at >= 0
        && in.capacity() - at >= expected.length
        && in.slice(at, expected.length).equals(ByteBuffer.wrap(expected));
  }

  String text(int at, int length) {
    byte[] bytes = new byte[length];
    in.get(at, bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
