package dev.penstock.cluster.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.hazelcast.client.impl.protocol.ClientMessage;
import com.hazelcast.client.impl.protocol.codec.ClientAuthenticationCodec;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.UUID;

/**
 * What a worker says first at a cluster port, and what it is told. The form is that of Hazelcast's
 * clients: three letters, then frames of length (4 bytes, little-endian, with these six), flags (2)
 * and content.
 */
final class Greeting {
  /** Up to the verdict in the first frame of an answer. */
  static final int LEAST_ANSWER_BYTES = 6 + 14;

  private static final byte[] PROTOCOL = "CP2".getBytes(ISO_8859_1);
  private static final int ANSWER_TYPE = ClientAuthenticationCodec.RESPONSE_MESSAGE_TYPE;
  private static final int FAILURE_TYPE = 0;
  private static final byte WELCOME = 0;

  /** Type (4 bytes), correlation (8) and backups (1) stand before it. */
  private static final int VERDICT = 6 + 13;

  private Greeting() {}

  static byte[] ofWorker(String cluster) {
    ClientMessage message =
        ClientAuthenticationCodec.encodeRequest(
            cluster,
            null,
            null,
            UUID.randomUUID(),
            "JVM",
            (byte) 1,
            "5.6.0",
            "penstock-probe",
            List.of(),
            (byte) 0,
            false);
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(PROTOCOL);
    ClientMessage.ForwardFrameIterator frames = message.frameIterator();
    while (frames.hasNext()) {
      ClientMessage.Frame frame = frames.next();
      int flags = frame.flags | (frames.hasNext() ? 0 : ClientMessage.IS_FINAL_FLAG);
      bytes.writeBytes(
          ByteBuffer.allocate(6)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(6 + frame.content.length)
              .putShort((short) flags)
              .array());
      bytes.writeBytes(frame.content);
    }
    return bytes.toByteArray();
  }

  /** Who says that; a stranger when it is not said as a router says it. */
  static Peer understood(byte[] answer) {
    if (answer.length < LEAST_ANSWER_BYTES) {
      return Peer.STRANGER;
    }
    int type = ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN).getInt(6);
    if (type == FAILURE_TYPE) {
      return Peer.ROUTER; // one that is about to start
    }
    if (type != ANSWER_TYPE) {
      return Peer.STRANGER;
    }
    return answer[VERDICT] == WELCOME ? Peer.ROUTER : Peer.OTHER_CLUSTER;
  }
}
