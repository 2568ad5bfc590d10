package dev.penstock.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Client;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.Ledger;
import dev.penstock.it.kit.Load;
import dev.penstock.it.kit.PenstockProcess;
import dev.penstock.it.kit.Picture;
import dev.penstock.it.kit.RouterProcess;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A request that ends the process of every worker that runs it. */
final class PoisonJobIT {
  private static final String[] DEVICE = {
    "--device", "simulated:base=300ms,per-image=10ms,max-batch=4,crash-on=killer"
  };

  @RegisterExtension final Cluster cluster = new Cluster();

  @Test
  void it_takes_two_workers_and_is_answered_500_while_its_batch_mates_are_answered() {
    RouterProcess router = cluster.router();
    List<PenstockProcess> workers =
        Stream.of("w1", "w2", "w3").map(id -> cluster.worker(id, router, DEVICE)).toList();
    workers.forEach(PenstockProcess::awaitReady);
    Client client = router.client();

    try (Load load = Load.start(16, () -> client.detect(Picture.ROCKET))) {
      load.awaitAnswers(20);
      Answer poison =
          Client.result(
              client.detecting(
                  Client.MODEL,
                  Picture.ROCKET.base64With("killer"),
                  "any",
                  Map.of("X-Request-ID", "the-poisonous-one")));
      load.awaitAnswers(50);
      List<Answer> others = load.stop();

      assertThat(poison.status()).isEqualTo(500);
      assertThat(poison.message()).contains("2 workers died", "the-poisonous-one");
      assertThat(others).allMatch(answer -> answer.status() == 200);
      assertThat(workers).filteredOn(PenstockProcess::alive).hasSize(1);
      Ledger.awaitNothingInFlight(router);
    }
  }
}
