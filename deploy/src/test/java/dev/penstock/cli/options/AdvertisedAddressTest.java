package dev.penstock.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.penstock.config.HostPort;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AdvertisedAddressTest {
  @Test
  void what_the_user_says_wins() {
    assertThat(AdvertisedAddress.choose("r1", "10.0.0.5", List.of(new HostPort("10.0.0.9", 5701))))
        .isEqualTo(new AdvertisedAddress("r1", "--advertise"));
  }

  @Test
  void a_single_address_to_listen_on_is_the_one_to_reach() {
    assertThat(AdvertisedAddress.choose(null, "10.0.0.5", List.of()))
        .isEqualTo(new AdvertisedAddress("10.0.0.5", "--host"));
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0", "'::'"})
  void nothing_to_join_is_loopback(String listen) {
    AdvertisedAddress address = AdvertisedAddress.choose(null, listen, List.of());
    assertThat(address).isEqualTo(new AdvertisedAddress("127.0.0.1", "nothing to join"));
    assertThat(address.isLoopback()).isTrue();
  }

  @Test
  void a_router_on_this_machine_is_reached_over_loopback() {
    assertThat(AdvertisedAddress.choose(null, "0.0.0.0", List.of(new HostPort("127.0.0.1", 5701))))
        .isEqualTo(new AdvertisedAddress("127.0.0.1", "it reaches 127.0.0.1:5701"));
  }

  @Test
  void a_router_elsewhere_is_reached_from_an_address_others_can_use() throws SocketException {
    Optional<InetAddress> found = addressOfThisMachine();
    assumeThat(found).describedAs("this machine has a network").isPresent();
    InetAddress own = found.orElseThrow();
    // The own address stands for its network: the system answers with it for itself.
    HostPort target = new HostPort(own.getHostAddress(), 5701);

    AdvertisedAddress address = AdvertisedAddress.choose(null, "0.0.0.0", List.of(target));

    assertThat(address.host()).isEqualTo(own.getHostAddress());
    assertThat(address.isLoopback()).isFalse();
  }

  @Test
  void a_name_that_does_not_resolve_is_passed_over() {
    HostPort unknown = new HostPort("no-such-host.invalid", 5701);
    assertThat(AdvertisedAddress.choose(null, "0.0.0.0", List.of(unknown)))
        .isEqualTo(new AdvertisedAddress("127.0.0.1", "no address of --join can be reached"));
    assertThat(
            AdvertisedAddress.choose(
                null, "0.0.0.0", List.of(unknown, new HostPort("127.0.0.1", 1))))
        .isEqualTo(new AdvertisedAddress("127.0.0.1", "it reaches 127.0.0.1:1"));
  }

  @Test
  void what_is_between_machines_listens_on_the_advertised_address_alone() throws SocketException {
    Optional<InetAddress> found = addressOfThisMachine();
    assumeThat(found).describedAs("this machine has a network").isPresent();
    String own = found.orElseThrow().getHostAddress();

    assertThat(new AdvertisedAddress(own, "--advertise").clusterHost(null, "0.0.0.0"))
        .isEqualTo(own);
  }

  @ParameterizedTest
  @CsvSource({
    // A single address to listen on is what the user wants, whatever others see of it.
    "203.0.113.9,,10.0.0.5,10.0.0.5",
    // Behind address translation the advertised address is none of this machine.
    "203.0.113.9,,0.0.0.0,0.0.0.0",
    "no-such-host.invalid,,0.0.0.0,0.0.0.0",
    "127.0.0.1,,0.0.0.0,127.0.0.1",
    "127.0.0.1,0.0.0.0,0.0.0.0,0.0.0.0",
    "203.0.113.9,10.0.0.7,10.0.0.5,10.0.0.7"
  })
  void what_is_between_machines_listens_where_it_can_and_where_the_user_says(
      String advertised, @Nullable String told, String listen, String expected) {
    assertThat(new AdvertisedAddress(advertised, "test").clusterHost(told, listen))
        .isEqualTo(expected);
  }

  private static Optional<InetAddress> addressOfThisMachine() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address instanceof Inet4Address)
        .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
        .findFirst();
  }
}
