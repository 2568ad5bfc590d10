package dev.penstock.clients;

import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.RouterProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What clients do on their own when they are told to come again. */
final class RetryingClientsIT {
  @RegisterExtension final Cluster cluster = new Cluster();

  @Test
  void a_client_that_is_refused_for_now_asks_again() {
    RouterProcess full = cluster.router("--max-inflight", "1");
    cluster.worker("w1", full, "--device", "simulated:per-image=1000ms").awaitReady();
    RouterProcess workerless = cluster.router();

    new InstalledClients(full.url())
        .with("PENSTOCK_WORKERLESS_URL", workerless.url())
        .pytest("test_retries.py");
  }
}
