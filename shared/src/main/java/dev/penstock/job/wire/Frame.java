package dev.penstock.job.wire;

import dev.penstock.vertx.VertxInternals;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.streams.WriteStream;
import java.util.List;

/**
 * A JSON head followed by blobs: the body of claims' answers and of results. On the wire: length of
 * the head (4 bytes, big endian), the head with the blobs' lengths in its member {@code parts}, the
 * blobs.
 *
 * @param head what describes the blobs
 * @param parts the blobs in the order of the wire
 */
public record Frame(JsonObject head, List<byte[]> parts) {
  static final String PARTS = "parts";

  public Frame {
    parts = List.copyOf(parts);
  }

  /** The whole frame in one piece. */
  public Buffer toBuffer() {
    Buffer start = start();
    Buffer buffer = Buffer.buffer(start.length() + partBytes()).appendBuffer(start);
    parts.forEach(buffer::appendBytes);
    return buffer;
  }

  /**
   * Writes the frame piece by piece, the blobs without a copy: they must not change until they are
   * sent.
   */
  public void writeTo(WriteStream<Buffer> stream) {
    stream.write(start());
    parts.forEach(part -> stream.write(VertxInternals.wrapped(part)));
  }

  /** Length on the wire in bytes. */
  public int length() {
    return start().length() + partBytes();
  }

  private Buffer start() {
    var lengths = new JsonArray();
    parts.forEach(part -> lengths.add(part.length));
    Buffer headBytes = head.copy().put(PARTS, lengths).toBuffer();
    return Buffer.buffer(Integer.BYTES + headBytes.length())
        .appendInt(headBytes.length())
        .appendBuffer(headBytes);
  }

  private int partBytes() {
    return parts.stream().mapToInt(part -> part.length).reduce(0, Math::addExact);
  }

  /**
   * Reads {@link #toBuffer()} back.
   *
   * @throws IllegalArgumentException when the buffer is no frame
   */
  public static Frame parse(Buffer buffer) {
    var reader = new FrameReader(buffer.length());
    reader.add(buffer);
    return reader.frame();
  }
}
