package dev.penstock.clients;

import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.KeysFile;
import dev.penstock.it.kit.RouterProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients with a key of their own, at a router that lets in nobody else. */
final class KeyedClientsIT {
  private static final String KEY = "key-of-the-clients";

  @RegisterExtension final Cluster cluster = new Cluster();

  @Test
  void clients_put_their_keys_where_they_always_do() {
    KeysFile keys =
        KeysFile.in(cluster.folder()).write("clients: {hash: <" + KEY + ">, models: coco/*}\n");
    RouterProcess router = cluster.router("--keys", keys.path().toString());
    cluster.worker("w1", router, "--device", "cpu").awaitReady();

    new InstalledClients(router.url()).with("PENSTOCK_KEY", KEY).pytest("test_keys.py");
  }
}
