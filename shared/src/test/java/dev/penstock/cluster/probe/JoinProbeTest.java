package dev.penstock.cluster.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import dev.penstock.cluster.ClusterMember;
import dev.penstock.cluster.Ports;
import dev.penstock.config.HostPort;
import dev.penstock.config.RouterConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class JoinProbeTest {
  private static final JoinProbe PROBE = new JoinProbe(RouterConfig.Cluster.DEFAULT_NAME, 2_000);

  @Test
  void a_router_is_told_from_one_of_another_cluster() {
    HazelcastInstance router =
        ClusterMember.start(
            new RouterConfig.Cluster("127.0.0.1", 0, 0, List.of(), "127.0.0.1"), "one", "one", 1);
    try {
      int port = router.getCluster().getLocalMember().getAddress().getPort();
      var address = new HostPort("127.0.0.1", port);

      assertThat(PROBE.look(address)).isEqualTo(Peer.ROUTER);
      assertThat(new JoinProbe("blue", 2_000).look(address)).isEqualTo(Peer.OTHER_CLUSTER);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (!router.getClientService().getConnectedClients().isEmpty()) {
        // The probe does not stay as a worker would.
        assertThat(System.nanoTime()).isLessThan(deadline);
      }
    } finally {
      router.shutdown();
    }
  }

  @Test
  void nobody_is_there() {
    assertThat(PROBE.look(new HostPort("127.0.0.1", Ports.free("127.0.0.1"))))
        .isEqualTo(Peer.NOBODY);
  }

  @Test
  void a_web_server_is_a_stranger() throws IOException {
    try (var server = new Talker("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi")) {
      assertThat(PROBE.look(server.address())).isEqualTo(Peer.STRANGER);
    }
  }

  @Test
  void what_greets_first_or_hangs_up_is_a_stranger() throws IOException {
    try (var ssh = new Talker("SSH-2.0-OpenSSH_9.2\r\n");
        var shut = new Talker("")) {
      assertThat(PROBE.look(ssh.address())).isEqualTo(Peer.STRANGER);
      assertThat(PROBE.look(shut.address())).isEqualTo(Peer.STRANGER);
    }
  }

  @Test
  void what_says_nothing_is_not_waited_for() throws IOException {
    try (var mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      assertThat(
              new JoinProbe("penstock", 200).look(new HostPort("127.0.0.1", mute.getLocalPort())))
          .isEqualTo(Peer.MUTE);
    }
  }

  /** Says the same to everybody who has said something, and hangs up. */
  private static final class Talker implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());

    Talker(String text) throws IOException {
      Thread thread =
          new Thread(
              () -> {
                while (!server.isClosed()) {
                  try (Socket socket = server.accept()) {
                    if (socket.getInputStream().read() >= 0) {
                      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
                      socket.shutdownOutput();
                      socket.getInputStream().skip(1_000);
                    }
                  } catch (IOException e) {
                    if (!server.isClosed()) {
                      throw new UncheckedIOException(e);
                    }
                  }
                }
              },
              "talker");
      thread.setDaemon(true);
      thread.start();
    }

    HostPort address() {
      return new HostPort("127.0.0.1", server.getLocalPort());
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
