package dev.penstock.clients;

import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.RouterProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Clients that use models of every task and architecture, where the repository that answers were
 * recorded with lies beside the checkout.
 */
@EnabledIf(value = "hasModels", disabledReason = "there are no recorded models beside the checkout")
final class EveryTaskClientsIT {
  private static final Path MODELS = Path.of("../../shared/golden/packages").toAbsolutePath();

  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  static boolean hasModels() {
    return Files.isDirectory(MODELS);
  }

  @Test
  void clients_work_unchanged_with_models_of_every_task() {
    RouterProcess router = CLUSTER.router("--models", MODELS.normalize().toString());
    CLUSTER.worker("w1", router, "--device", "cpu").awaitReady();

    new InstalledClients(router.url())
        .with("PENSTOCK_MODELS", MODELS.normalize().toString())
        .pytest("test_every_task.py");
  }
}
