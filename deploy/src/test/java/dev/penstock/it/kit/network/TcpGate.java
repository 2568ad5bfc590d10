package dev.penstock.it.kit.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

/**
 * Passes TCP connections on to one address. While the way between its two ends is cut a connection
 * stays open and nothing passes, neither bytes nor its end: both sides only notice the silence.
 */
final class TcpGate implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int CONNECT_MILLIS = 2_000;

  private final ServerSocket door;
  private final InetSocketAddress target;
  private final IntFunction<Way> ways;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  /** What lies between the two ends of a connection. */
  interface Way {
    /** Returns when something may pass; at once while the way is open. Blocks. */
    void await() throws InterruptedException;
  }

  private TcpGate(ServerSocket door, InetSocketAddress target, IntFunction<Way> ways) {
    this.door = door;
    this.target = target;
    this.ways = ways;
  }

  /**
   * Listens at one address and passes on to another one.
   *
   * @param ways what lies behind the port that has connected
   */
  static TcpGate open(InetSocketAddress address, InetSocketAddress target, IntFunction<Way> ways) {
    try {
      var door = new ServerSocket();
      door.setReuseAddress(true);
      door.bind(address);
      var gate = new TcpGate(door, target, ways);
      gate.run("gate-" + address, gate::accept);
      return gate;
    } catch (IOException e) {
      throw new UncheckedIOException("no gate at " + address, e);
    }
  }

  private void run(String name, Runnable work) {
    var thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket near = door.accept();
        sockets.add(near);
        run("gate-to-" + target, () -> pass(near));
      } catch (IOException e) {
        if (!door.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void pass(Socket near) {
    Way way = ways.apply(near.getPort());
    try (near;
        var far = new Socket()) {
      sockets.add(far);
      way.await();
      far.connect(target, CONNECT_MILLIS);
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      var back = new Thread(() -> pump(far, near, way), "gate-back-from-" + target);
      back.setDaemon(true);
      back.start();
      pump(near, far, way);
      back.join();
      sockets.remove(far);
    } catch (IOException refused) {
      // Closing the near end tells it so.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sockets.remove(near);
    }
  }

  /** One direction, until its end or the gate's. */
  private void pump(Socket source, Socket sink, Way way) {
    var buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = source.getInputStream();
      OutputStream out = sink.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        way.await();
        out.write(buffer, 0, count);
      }
      way.await();
      sink.shutdownOutput();
    } catch (IOException broken) {
      reset(source);
      reset(sink);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Both ends learn that the connection broke, and not that it ended. */
  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException alreadyClosed) {
      // As wished.
    }
  }

  @Override
  public void close() {
    try {
      door.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
