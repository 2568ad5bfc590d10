package dev.penstock.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.config.HostPort;
import dev.penstock.telemetry.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class RouterSearchTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final HostPort self = new HostPort("127.0.0.1", Ports.free("127.0.0.1"));

  @Test
  void who_lists_nobody_or_only_itself_looks_for_nobody() {
    assertThat(RouterSearch.await(List.of(), self, "penstock", LONG, Ticker.SYSTEM)).isTrue();
    assertThat(RouterSearch.await(List.of(self), self, "penstock", LONG, Ticker.SYSTEM)).isTrue();
  }

  @Test
  void its_own_address_behind_a_name_is_passed_over() {
    var join = new JoinAddresses(List.of(new HostPort("routers", self.port())), host -> own());

    assertThat(RouterSearch.await(join, self, "penstock", LONG, Ticker.SYSTEM)).isTrue();
  }

  private static InetAddress[] own() {
    return new InetAddress[] {LOOPBACK};
  }

  @Test
  void one_of_several_addresses_behind_a_name_is_enough() throws IOException {
    try (var router = new ServerSocket(0, 1, LOOPBACK)) {
      var join =
          new JoinAddresses(
              List.of(new HostPort("routers", router.getLocalPort())),
              host -> new InetAddress[] {InetAddress.getByName("127.0.0.9"), LOOPBACK});

      assertThat(RouterSearch.await(join, self, "penstock", LONG, Ticker.SYSTEM)).isTrue();
    }
  }

  @Test
  void a_name_that_is_known_later_is_found_while_it_waits() throws IOException {
    try (var router = new ServerSocket(0, 1, LOOPBACK)) {
      var looks = new AtomicInteger();
      var join =
          new JoinAddresses(
              List.of(new HostPort("routers.invalid", router.getLocalPort())),
              host -> {
                if (looks.incrementAndGet() < 3) {
                  throw new UnknownHostException(host);
                }
                return own();
              });

      assertThat(RouterSearch.await(join, self, "penstock", LONG, Ticker.SYSTEM)).isTrue();
      assertThat(looks).hasValue(3);
    }
  }

  @Test
  void nobody_there_is_said_after_the_time_it_was_given() {
    var nobody = List.of(new HostPort("127.0.0.1", Ports.free("127.0.0.1")));

    assertThat(RouterSearch.await(nobody, self, "penstock", Duration.ofMillis(300), Ticker.SYSTEM))
        .isFalse();
  }
}
