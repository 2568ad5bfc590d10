package dev.penstock.clients;

import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.PenstockProcess;
import dev.penstock.it.kit.RouterProcess;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that detect objects with the model that ships, at a router with two workers. */
final class ServingClientsIT {
  private static final String ORIGIN = "https://app.example.org";

  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static InstalledClients clients;

  @BeforeAll
  static void start() {
    RouterProcess router = CLUSTER.router();
    PenstockProcess first = CLUSTER.worker("w1", router, "--device", "cpu");
    PenstockProcess second = CLUSTER.worker("w2", router, "--device", "cpu");
    first.awaitReady();
    second.awaitReady();
    clients = new InstalledClients(router.url());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "test_inference_sdk.py",
        "test_roboflow.py",
        "test_inference_cli.py",
        "test_curl.py"
      })
  void a_client_works_unchanged(String file) {
    clients.pytest(file);
  }

  @Test
  void web_pages_of_other_origins_work_unchanged() {
    RouterProcess restricted = CLUSTER.router("--allow-origin", ORIGIN);

    clients.with("PENSTOCK_RESTRICTED_URL", restricted.url()).node("browser.test.mjs");
  }
}
