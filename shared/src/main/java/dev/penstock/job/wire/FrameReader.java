package dev.penstock.job.wire;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@link Frame} as it arrives: each blob is copied once, to where it stays. Bytes after the
 * last blob are ignored. Not thread-safe.
 */
public final class FrameReader {
  private final long mostBytes;
  private final Buffer start = Buffer.buffer();
  private final List<byte[]> parts = new ArrayList<>();
  private @Nullable JsonObject head;
  private int part;
  private int filled;

  /**
   * @param mostBytes bound of all blobs together, in bytes: their room is taken before they come
   */
  public FrameReader(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /**
   * Takes the next bytes.
   *
   * @throws IllegalArgumentException when they belong to no frame
   */
  public void add(Buffer chunk) {
    int from = 0;
    if (head == null) {
      start.appendBuffer(chunk);
      int end = readHead();
      if (end < 0) {
        return;
      }
      from = end - (start.length() - chunk.length());
    }
    fill(chunk, from);
  }

  /** Where the head ends in what came so far; −1 while it is not complete. */
  private int readHead() {
    if (start.length() < Integer.BYTES) {
      return -1;
    }
    int headLength = start.getInt(0);
    if (headLength < 0) {
      throw new IllegalArgumentException("not a frame: its head has " + headLength + " bytes");
    }
    if (start.length() - Integer.BYTES < headLength) {
      return -1;
    }
    int end = Integer.BYTES + headLength;
    try {
      JsonObject read = new JsonObject(start.getBuffer(Integer.BYTES, end));
      JsonArray lengths = read.getJsonArray(Frame.PARTS);
      long bytes = 0;
      for (Object partLength : lengths) {
        int length = ((Number) partLength).intValue();
        bytes = Math.addExact(bytes, length);
        if (bytes > mostBytes) {
          throw new IllegalArgumentException("its parts are longer than " + mostBytes + " bytes");
        }
        parts.add(new byte[length]);
      }
      head = read;
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("not a frame: " + e.getMessage(), e);
    }
    return end;
  }

  private void fill(Buffer chunk, int from) {
    int at = from;
    while (part < parts.size()) {
      byte[] target = parts.get(part);
      int bytes = Math.min(target.length - filled, chunk.length() - at);
      chunk.getBytes(at, at + bytes, target, filled);
      at += bytes;
      filled += bytes;
      if (filled < target.length) {
        return;
      }
      part++;
      filled = 0;
    }
  }

  /**
   * What was read.
   *
   * @throws IllegalArgumentException when the frame is not complete
   */
  public Frame frame() {
    if (head == null || part < parts.size()) {
      throw new IllegalArgumentException("not a frame: it ends before its last part is complete");
    }
    return new Frame(head, parts);
  }
}
