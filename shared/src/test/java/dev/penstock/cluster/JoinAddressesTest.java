package dev.penstock.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.config.HostPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class JoinAddressesTest {
  private final Map<String, List<String>> zone = new ConcurrentHashMap<>();

  private JoinAddresses join(String... targets) {
    return new JoinAddresses(Stream.of(targets).map(HostPort::parse).toList(), this::lookUp);
  }

  private InetAddress[] lookUp(String host) throws UnknownHostException {
    List<String> found = zone.get(host);
    if (found == null) {
      // Of an IP address it is the address itself, and nobody is asked.
      if (!host.matches("[0-9.]+|.*:.*")) {
        throw new UnknownHostException(host);
      }
      found = List.of(host);
    }
    InetAddress[] addresses = new InetAddress[found.size()];
    for (int i = 0; i < addresses.length; i++) {
      addresses[i] = InetAddress.getByName(found.get(i));
    }
    return addresses;
  }

  @Test
  void a_name_stands_for_all_its_addresses() {
    zone.put("routers", List.of("10.0.0.1", "10.0.0.2", "fd00::1"));

    assertThat(join("routers:5701", "10.0.0.2:5701", "10.0.0.2:5702").texts())
        .containsExactly(
            "10.0.0.1:5701", "10.0.0.2:5701", "[fd00:0:0:0:0:0:0:1]:5701", "10.0.0.2:5702");
  }

  @Test
  void a_name_is_looked_up_again_each_time() {
    zone.put("routers", List.of("10.0.0.1"));
    JoinAddresses join = join("routers:5701");
    assertThat(join.texts()).containsExactly("10.0.0.1:5701");

    zone.put("routers", List.of("10.0.0.7", "10.0.0.8"));

    assertThat(join.texts()).containsExactly("10.0.0.7:5701", "10.0.0.8:5701");
  }

  /** Hazelcast's client tries this machine when its list is empty. */
  @Test
  void a_name_that_nobody_knows_stays_in_the_list() {
    JoinAddresses join = join("routers:5701");
    assertThat(join.texts()).containsExactly("routers:5701");

    zone.put("routers", List.of("10.0.0.1"));

    assertThat(join.texts()).containsExactly("10.0.0.1:5701");
  }
}
