package dev.penstock.model.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file read at any position through a small window, so that skipping hundreds of megabytes of
 * weights costs nothing. Not mapped: a mapped file that somebody truncates takes the process down.
 */
final class ProtobufFile implements AutoCloseable {
  private static final int WINDOW = 1 << 13;

  /** No text that describes a model is longer; a longer one is garbage. */
  private static final int LONGEST_TEXT = 1 << 22;

  /** All texts that are read of one file; names of 100,000 weights are a tenth of it. */
  private static final long MOST_TEXT = 1 << 26;

  /** Of fields that are looked at; a network of 100,000 nodes has a few millions. */
  private static final int MOST_FIELDS = 30_000_000;

  private static final int MOST_VARINT_BYTES = 10;

  private final FileChannel channel;
  private final long size;
  private final ByteBuffer window = ByteBuffer.allocate(WINDOW).limit(0);
  private long windowStart;
  private long textRead;
  private int fields;

  private ProtobufFile(FileChannel channel) throws IOException {
    this.channel = channel;
    this.size = channel.size();
  }

  static ProtobufFile open(Path path) throws IOException {
    return new ProtobufFile(FileChannel.open(path, StandardOpenOption.READ));
  }

  /** The whole file as one message. */
  ProtobufMessage root() {
    return new ProtobufMessage(this, 0, size);
  }

  /** A field is looked at. */
  void count() throws OnnxFormatException {
    if (++fields > MOST_FIELDS) {
      throw new OnnxFormatException("it has more than %d fields".formatted(MOST_FIELDS));
    }
  }

  private byte at(long position) throws IOException, OnnxFormatException {
    if (position < windowStart || position >= windowStart + window.limit()) {
      window.clear();
      windowStart = position;
      fill(window, position);
      window.flip();
    }
    return window.get((int) (position - windowStart));
  }

  private void fill(ByteBuffer target, long position) throws IOException, OnnxFormatException {
    int before = target.position();
    while (target.hasRemaining()
        && channel.read(target, position + target.position() - before) >= 0) {
      // a channel may give less than is asked for
    }
    if (target.position() == before && target.hasRemaining()) {
      throw new OnnxFormatException("it ends in the middle, at byte " + position);
    }
  }

  /** A number of variable length, and where it ends. */
  record Varint(long value, long end) {}

  Varint varint(long start, long limit) throws IOException, OnnxFormatException {
    long value = 0;
    for (int i = 0; i < MOST_VARINT_BYTES && start + i < limit; i++) {
      byte next = at(start + i);
      value |= (long) (next & 0x7f) << (7 * i);
      if (next >= 0) {
        return new Varint(value, start + i + 1);
      }
    }
    throw new OnnxFormatException("there is no number at byte " + start);
  }

  String text(long start, long end) throws IOException, OnnxFormatException {
    if (end - start > LONGEST_TEXT) {
      throw new OnnxFormatException(
          "there is a text of %d bytes at byte %d".formatted(end - start, start));
    }
    textRead += end - start;
    if (textRead > MOST_TEXT) {
      throw new OnnxFormatException("it has more than %d bytes of texts".formatted(MOST_TEXT));
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) (end - start));
    if (bytes.hasRemaining()) {
      fill(bytes, start);
    }
    if (bytes.hasRemaining()) {
      throw new OnnxFormatException("it ends in the middle, in a text at byte " + start);
    }
    return new String(bytes.array(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
