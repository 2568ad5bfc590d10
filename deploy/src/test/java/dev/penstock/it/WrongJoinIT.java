package dev.penstock.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.it.kit.Await;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.PenstockProcess;
import dev.penstock.it.kit.RouterProcess;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Workers and doctors that were given the wrong address, and what both sides say. */
final class WrongJoinIT {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();
  private static RouterProcess router;

  @BeforeAll
  static void start() {
    router = CLUSTER.router();
  }

  @Test
  void the_public_port() {
    String port = "127.0.0.1:" + router.url().getPort();

    assertThat(join(port)).contains(port + " is the public port of a router, for clients");
    routerSays("speaks to the public port as workers and routers speak to the cluster port");
  }

  @Test
  void the_internal_port() {
    assertThat(join(router.internal().toString()))
        .contains(router.internal() + " is the internal port of a router: --join wants");
    routerSays("speaks to the internal port as workers and routers speak to the cluster port");
  }

  @Test
  void another_cluster() {
    assertThat(join(router.cluster().toString(), "--cluster-name", "blue"))
        .contains(router.cluster() + " is a router of another cluster: give --cluster-name");
    routerSays("is of another cluster and is not let in: give --cluster-name the same value");
  }

  private static String join(String address, String... more) {
    List<String> options =
        Stream.concat(Stream.of("--device", "simulated", "--join-timeout", "3s"), Stream.of(more))
            .toList();
    PenstockProcess worker = CLUSTER.worker("lost", address, options.toArray(String[]::new));
    assertThat(worker.awaitExit(Duration.ofSeconds(60))).isEqualTo(1);
    return worker.log();
  }

  private static void routerSays(String sentence) {
    Await.until(
        () -> "the router says: " + sentence + "\n" + router.process().log(),
        Duration.ofSeconds(10),
        () -> router.process().log().contains(sentence));
  }
}
