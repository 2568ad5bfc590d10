package dev.penstock.bench;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Sends one and the same request over and over, on a connection for each thread. It does nothing
 * but write bytes and read the answer, so that what is measured is the server.
 */
final class PlainClient implements Closeable {
  private final URI server;
  private final byte[] request;
  private final Queue<Socket> free = new ConcurrentLinkedQueue<>();
  private final Queue<Socket> all = new ConcurrentLinkedQueue<>();

  PlainClient(URI server, String path, byte[] body) {
    this.server = server;
    byte[] head =
        """
        POST %s HTTP/1.1\r
        Host: %s\r
        Content-Type: application/x-www-form-urlencoded\r
        Content-Length: %d\r
        \r
        """
            .formatted(path, server.getAuthority(), body.length)
            .getBytes(StandardCharsets.US_ASCII);
    this.request = new byte[head.length + body.length];
    System.arraycopy(head, 0, request, 0, head.length);
    System.arraycopy(body, 0, request, head.length, body.length);
  }

  /**
   * Sends the request and reads the whole answer.
   *
   * @return the answer's headers by their names in lower case
   * @throws IOException when the answer is not 200
   */
  Map<String, String> exchange() throws IOException {
    Socket socket = free.poll();
    if (socket == null) {
      socket = new Socket(server.getHost(), server.getPort());
      socket.setTcpNoDelay(true);
      all.add(socket);
    }
    socket.getOutputStream().write(request);
    var in = new BufferedInputStream(socket.getInputStream());
    String status = line(in);
    if (!status.startsWith("HTTP/1.1 200")) {
      throw new IOException(status);
    }
    var headers = new TreeMap<String, String>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 2));
    }
    in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    free.add(socket);
    return headers;
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the server closed the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    for (Socket socket : all) {
      socket.close();
    }
  }
}
