package dev.penstock.it.kit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A connection of a client's pool, used now and then. */
public final class KeptConnection implements AutoCloseable {
  private static final String REQUEST = "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String HEAD_END = "\r\n\r\n";
  private static final int PATIENCE_MILLIS = 10_000;

  private final Socket socket;

  public KeptConnection(URI router) {
    try {
      socket = new Socket(router.getHost(), router.getPort());
      socket.setSoTimeout(PATIENCE_MILLIS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks for something that is not there; returns the head of the answer, empty without one. */
  public String ask() throws IOException {
    socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
    InputStream in = socket.getInputStream();
    var head = new StringBuilder();
    while (head.indexOf(HEAD_END) < 0) {
      int next = in.read();
      if (next < 0) {
        return head.toString();
      }
      head.append((char) next);
    }
    in.skipNBytes(bodyLength(head.toString()));
    return head.toString();
  }

  private static int bodyLength(String head) {
    return head.lines()
        .map(line -> line.split(": ", 2))
        .filter(header -> header[0].equalsIgnoreCase("content-length"))
        .mapToInt(header -> Integer.parseInt(header[1]))
        .findFirst()
        .orElse(0);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
