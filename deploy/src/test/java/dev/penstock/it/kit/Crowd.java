package dev.penstock.it.kit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Many clients that send the same request at once, each on a connection of its own. */
public final class Crowd implements AutoCloseable {
  /** More write at the same time than a machine with two cores can serve. */
  private static final int THREADS = 64;

  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          THREADS,
          task -> {
            var thread = new Thread(task, "crowd");
            thread.setDaemon(true);
            return thread;
          });
  private final List<Member> members;
  private final List<Future<?>> sending;

  private Crowd(List<Member> members, byte[] head, byte[] body) {
    this.members = members;
    this.sending =
        members.stream()
            .<Future<?>>map(member -> threads.submit(() -> member.send(head, body)))
            .toList();
  }

  /**
   * Connects and starts to send.
   *
   * @param path with the query
   * @param contentType of the body
   */
  public static Crowd send(URI router, int clients, String path, String contentType, byte[] body) {
    String head =
        "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(path, router.getAuthority(), contentType, body.length);
    List<Member> members =
        IntStream.range(0, clients).mapToObj(client -> new Member(router)).toList();
    return new Crowd(members, head.getBytes(StandardCharsets.US_ASCII), body);
  }

  /** One client. */
  private static final class Member {
    private final Socket socket;

    Member(URI router) {
      try {
        socket = new Socket(router.getHost(), router.getPort());
        socket.setTcpNoDelay(true);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void send(byte[] head, byte[] body) {
      try {
        socket.getOutputStream().write(head);
        socket.getOutputStream().write(body);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    int status() {
      try {
        var lines =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String line = lines.readLine();
        if (line == null) {
          throw new AssertionError("closed without an answer");
        }
        return Integer.parseInt(line.split(" ", -1)[1]);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Waits until every one has sent its whole request and got an answer; returns its statuses. */
  public List<Integer> statuses() {
    sending.forEach(Crowd::result);
    return members.stream().map(member -> threads.submit(member::status)).toList().stream()
        .map(Crowd::result)
        .toList();
  }

  private static <T> T result(Future<T> future) {
    try {
      return future.get();
    } catch (Exception e) {
      throw new AssertionError("a client of a crowd failed", e);
    }
  }

  /** All hang up. */
  @Override
  public void close() {
    members.forEach(Member::close);
    threads.shutdownNow();
  }
}
