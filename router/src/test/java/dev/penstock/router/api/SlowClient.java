package dev.penstock.router.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that reads its answer when it is told to, with little room for it meanwhile. */
final class SlowClient implements AutoCloseable {
  private final Socket socket = new Socket();
  private long read;

  /**
   * @param room bytes that the kernel keeps for it, about
   */
  SlowClient(int port, int room) {
    try {
      socket.setReceiveBufferSize(room);
      socket.setSoTimeout(20_000);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  SlowClient send(String text) {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads so many bytes, or what there is until the end. */
  long read(int bytes) {
    try {
      int now = socket.getInputStream().readNBytes(bytes).length;
      read += now;
      return now;
    } catch (IOException reset) {
      return 0;
    }
  }

  /** Reads until the end; returns the bytes of all its reads, heads included. */
  long readAll() {
    long now;
    do {
      now = read(1 << 20);
    } while (now > 0);
    return read;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
