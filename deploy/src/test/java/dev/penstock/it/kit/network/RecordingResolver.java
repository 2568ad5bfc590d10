package dev.penstock.it.kit.network;

import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Run as a process in a network of its own: starts another one there and says which names it looks
 * up. There are none in that network, and nobody can be reached but itself.
 */
final class RecordingResolver {
  private static final int PORT = 53;
  private static final int LARGEST = 4096;
  private static final int HEAD = 12;
  private static final int NO_SUCH_NAME = 3;

  private RecordingResolver() {}

  /** Ends with its standard input, and so does what it has started. */
  public static void main(String[] command) throws IOException {
    var socket = new DatagramSocket(PORT, InetAddress.getLoopbackAddress());
    var answers = new Thread(() -> answer(socket), "resolver");
    answers.setDaemon(true);
    answers.start();
    Process started =
        new ProcessBuilder(List.of(command))
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (InputStream untilItEnds = System.in) {
      untilItEnds.readAllBytes();
    } finally {
      started.destroyForcibly();
    }
  }

  private static void answer(DatagramSocket socket) {
    byte[] bytes = new byte[LARGEST];
    while (true) {
      try {
        var packet = new DatagramPacket(bytes, bytes.length);
        socket.receive(packet);
        System.out.println(SilentNetwork.LOOKUP + name(bytes, packet.getLength()));
        bytes[2] |= (byte) 0x80; // an answer
        bytes[3] = NO_SUCH_NAME;
        socket.send(packet);
      } catch (IOException e) {
        System.out.println(SilentNetwork.LOOKUP + "unreadable: " + e);
      }
    }
  }

  /** The name of the first question. */
  private static String name(byte[] bytes, int length) {
    var name = new StringBuilder();
    int at = HEAD;
    while (at < length && bytes[at] > 0 && at + bytes[at] < length) {
      name.append(new String(bytes, at + 1, bytes[at], StandardCharsets.ISO_8859_1)).append('.');
      at += bytes[at] + 1;
    }
    return name.toString();
  }
}
