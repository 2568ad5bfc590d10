package dev.penstock.job;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A JSON head followed by blobs: the body of claims' answers and of results. On the wire: length of
 * the head (4 bytes, big endian), the head with the blobs' lengths in its member {@code parts}, the
 * blobs.
 *
 * @param head what describes the blobs
 * @param parts the blobs in the order of the wire
 */
public record Frame(JsonObject head, List<byte[]> parts) {
  private static final String PARTS = "parts";

  public Frame {
    parts = List.copyOf(parts);
  }

  public Buffer toBuffer() {
    var lengths = new JsonArray();
    int total = 0;
    for (byte[] part : parts) {
      lengths.add(part.length);
      total += part.length;
    }
    byte[] headBytes = head.copy().put(PARTS, lengths).toBuffer().getBytes();
    Buffer buffer = Buffer.buffer(Integer.BYTES + headBytes.length + total);
    buffer.appendInt(headBytes.length).appendBytes(headBytes);
    parts.forEach(buffer::appendBytes);
    return buffer;
  }

  /**
   * Reads {@link #toBuffer()} back.
   *
   * @throws IllegalArgumentException when the buffer is no frame
   */
  public static Frame parse(Buffer buffer) {
    try {
      int headEnd = within(buffer, Integer.BYTES, buffer.getInt(0));
      var head = new JsonObject(buffer.slice(Integer.BYTES, headEnd));
      var parts = new ArrayList<byte[]>();
      int at = headEnd;
      for (Object length : head.getJsonArray(PARTS)) {
        int end = within(buffer, at, ((Number) length).intValue());
        parts.add(buffer.getBytes(at, end));
        at = end;
      }
      return new Frame(head, parts);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("not a frame: " + buffer.length() + " bytes", e);
    }
  }

  /**
   * Where a blob ends. A buffer may have room beyond its length, which it does not check itself.
   */
  private static int within(Buffer buffer, int start, int length) {
    Objects.checkFromIndexSize(start, length, buffer.length());
    return start + length;
  }
}
