package dev.penstock.cluster.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.penstock.config.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;

/**
 * Asks an address who it is: as a worker would, and when that is not understood, as a client would.
 * Blocks for some seconds at most; reads some hundred bytes.
 *
 * @param cluster the name of the cluster that is to be joined
 * @param patience in milliseconds, for each connection and each answer
 */
public record JoinProbe(String cluster, int patience) {
  private static final int LONGEST_ANSWER = 4_096;

  private static final byte[] INFO =
      "GET /info HTTP/1.1\r\nHost: penstock\r\nConnection: close\r\n\r\n".getBytes(ISO_8859_1);

  /** Says who is there. What waits for the end of a line is mute for a worker, not for a client. */
  public Peer look(HostPort address) {
    Peer toWorker = asWorker(address);
    if (toWorker != Peer.STRANGER && toWorker != Peer.MUTE) {
      return toWorker;
    }
    Peer toClient = asClient(address);
    return toClient == Peer.STRANGER ? overTls(address) : toClient;
  }

  private Peer asWorker(HostPort address) {
    try (Socket socket = connect(address)) {
      return understood(socket);
    } catch (IOException e) {
      return Peer.NOBODY;
    }
  }

  /** Who is not spoken to in a language of his own may hang up, in whatever way. */
  private Peer understood(Socket socket) {
    try {
      socket.getOutputStream().write(Greeting.ofWorker(cluster));
      return Greeting.understood(socket.getInputStream().readNBytes(Greeting.LEAST_ANSWER_BYTES));
    } catch (SocketTimeoutException e) {
      return Peer.MUTE;
    } catch (IOException e) {
      return Peer.STRANGER;
    }
  }

  private Peer asClient(HostPort address) {
    try (Socket socket = connect(address)) {
      return ask(socket);
    } catch (SocketTimeoutException e) {
      return Peer.MUTE;
    } catch (IOException e) {
      return Peer.STRANGER;
    }
  }

  /** Whatever certificate is shown. */
  private Peer overTls(HostPort address) {
    try (Socket plain = connect(address);
        AnyCertificate secured = AnyCertificate.over(plain, address)) {
      return secured.isOfRouter() ? Peer.INTERNAL_PORT : ask(secured.socket());
    } catch (IOException e) {
      return Peer.STRANGER;
    }
  }

  private static Peer ask(Socket socket) throws IOException {
    socket.getOutputStream().write(INFO);
    String answer = new String(socket.getInputStream().readNBytes(LONGEST_ANSWER), ISO_8859_1);
    if (!answer.startsWith("HTTP/1.")) {
      return Peer.STRANGER;
    }
    if (answer.contains("the internal listener has no such route")) {
      return Peer.INTERNAL_PORT;
    }
    return answer.contains("\"Penstock\"") ? Peer.PUBLIC_PORT : Peer.STRANGER;
  }

  private Socket connect(HostPort address) throws IOException {
    var socket = new Socket();
    try {
      socket.setSoTimeout(patience);
      socket.connect(new InetSocketAddress(address.host(), address.port()), patience);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}
