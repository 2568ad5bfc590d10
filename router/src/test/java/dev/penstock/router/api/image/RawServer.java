package dev.penstock.router.api.image;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that answers exactly what it is told, right or wrong, and then closes. */
final class RawServer implements AutoCloseable {
  private final ServerSocket socket;
  private final Map<String, byte[]> answers = new ConcurrentHashMap<>();

  /** The heads of what it was asked, each as its lines. */
  final List<List<String>> heads = new CopyOnWriteArrayList<>();

  RawServer(String address) {
    try {
      socket = new ServerSocket(0, 50, InetAddress.getAllByName(address)[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var acceptor = new Thread(this::accept, "raw-server");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  int port() {
    return socket.getLocalPort();
  }

  /**
   * What is answered to whoever asks for that.
   *
   * @param target as it stands in the request line
   * @param head with {@code \n} for line ends, without the empty line
   */
  RawServer answer(String target, String head, byte[] body) {
    var all = new ByteArrayOutputStream();
    String lines = head.replace("\n", "\r\n") + "\r\n\r\n";
    all.writeBytes(lines.getBytes(StandardCharsets.UTF_8));
    all.writeBytes(body);
    answers.put(target, all.toByteArray());
    return this;
  }

  private void accept() {
    while (!socket.isClosed()) {
      try (Socket client = socket.accept()) {
        serve(client);
      } catch (IOException closed) {
        // The next one, unless it is over.
      }
    }
  }

  private void serve(Socket client) throws IOException {
    var in =
        new BufferedReader(
            new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
    var head = new CopyOnWriteArrayList<String>();
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      head.add(line);
    }
    if (head.isEmpty()) {
      return;
    }
    heads.add(head);
    byte[] answer = answers.get(head.get(0).split(" ")[1]);
    client
        .getOutputStream()
        .write(
            answer == null
                ? "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
                    .getBytes(StandardCharsets.UTF_8)
                : answer);
    client.shutdownOutput();
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
