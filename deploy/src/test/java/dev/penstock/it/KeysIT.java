package dev.penstock.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Await;
import dev.penstock.it.kit.Client;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.KeysFile;
import dev.penstock.it.kit.PenstockProcess;
import dev.penstock.it.kit.Picture;
import dev.penstock.it.kit.RouterProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may ask a router that was given a file of keys, also when the file changes. */
final class KeysIT {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String SHOP = "key-of-the-shop";
  private static final String OTHER = "key-of-another-one";
  private static final String KEYS = "shop: {hash: <" + SHOP + ">, models: coco/*}\n";

  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static KeysFile file;
  private static RouterProcess router;
  private static Client client;

  @BeforeAll
  static void start() {
    file = KeysFile.in(CLUSTER.folder()).write(KEYS);
    router = CLUSTER.router("--keys", file.path().toString());
    CLUSTER
        .worker("w1", router, "--device", "simulated:base=0ms,per-image=5ms,max-batch=4")
        .awaitReady();
    client = router.client();
  }

  @BeforeEach
  void startWithTheSameKeys() {
    file.write(KEYS);
    awaitStatus(SHOP, 200);
    awaitStatus(OTHER, 401);
  }

  @Test
  void the_key_may_be_where_clients_put_it() {
    String body = infer(SHOP);

    assertThat(status(SHOP)).isEqualTo(200);
    assertThat(client.post("/infer/object_detection?api_key=" + SHOP, infer(null)).status())
        .isEqualTo(200);
    assertThat(client.post("/infer/object_detection", body).status()).isEqualTo(200);
    assertThat(
            client
                .send("/infer/object_detection", infer(null), "Authorization", "bearer " + SHOP)
                .status())
        .isEqualTo(200);
    assertThat(client.send("/model/registry", "", "Authorization", "Bearer " + SHOP).status())
        .isEqualTo(200);
    assertThat(client.get("/readiness").status()).isEqualTo(200);
  }

  @Test
  void without_a_good_key_it_is_401_before_anything_else() {
    for (Answer refused :
        List.of(
            client.get("/coco/1"),
            client.get("/status"),
            client.get("/nobody/1?api_key=wrong"),
            client.post("/infer/object_detection", infer(null)),
            client.send("/model/registry", "", "Authorization", "Bearer wrong"))) {
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.body()).isEqualTo("{\"status\":401,\"message\":\"Unauthorized api_key\"}");
    }
    assertThat(client.get("/status?api_key=" + SHOP).status()).isEqualTo(403);
    Answer other = client.get("/parts/7?api_key=" + SHOP);
    assertThat(other.status()).isEqualTo(401);
    assertThat(other.message()).startsWith("Unauthorized access to roboflow API");
  }

  @Test
  void a_changed_file_holds_without_a_restart() {
    file.write(KEYS + "other: {hash: <" + OTHER + ">, rate: 0.01 images/s, burst: 2}\n");
    Await.until("the new key is good", SOON, () -> status(OTHER) == 200);
    Answer last = detect(OTHER);
    Answer refused = detect(OTHER);

    assertThat(last.status()).isEqualTo(200);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(90, 100);
    assertThat(refused.message()).contains("0.01 images per second, at most 2 at once");

    file.write("shop-2: {hash: <" + OTHER + ">}\n");
    awaitStatus(SHOP, 401);
    assertThat(detect(OTHER).status()).as("another name, another limit").isEqualTo(200);
  }

  @Test
  void a_broken_file_keeps_the_old_one_and_says_so() throws Exception {
    file.write(KEYS + "other: {key: " + OTHER + "}\n");

    Await.until(
        "it is complained of",
        SOON,
        () -> log(router.process()).contains("keys.yaml:3: keys do not stand here in clear text"));
    assertThat(log(router.process()))
        .contains("The keys from before stay in force.")
        .doesNotContain(OTHER);
    assertThat(status(SHOP)).isEqualTo(200);

    Files.writeString(file.path(), "]", StandardOpenOption.TRUNCATE_EXISTING);
    Await.until(
        "it is complained of", SOON, () -> log(router.process()).contains("is not valid YAML"));
    assertThat(status(SHOP)).isEqualTo(200);
  }

  @Test
  void a_router_does_not_start_with_a_file_that_cannot_be_used() throws Exception {
    var broken = Files.writeString(CLUSTER.folder().resolve("broken.yaml"), "a:\n  weight: 1\n");

    PenstockProcess failing = CLUSTER.routerThatFails("--keys", broken.toString());

    assertThat(failing.awaitExit(Duration.ofSeconds(30))).isEqualTo(1);
    assertThat(failing.log())
        .contains("penstock: --keys: " + broken + ":1: 'a' has no hash: 'penstock keys create'")
        .doesNotContain("ready router");
  }

  private static void awaitStatus(String key, int status) {
    Await.until("it is " + status + " for " + key, SOON, () -> status(key) == status);
  }

  private static int status(String key) {
    return detect(key).status();
  }

  private static Answer detect(String key) {
    return Client.result(
        client.detecting(Client.MODEL, Picture.ROCKET.base64(), key, Map.of("X-Tries", "1")));
  }

  private static String infer(@org.jspecify.annotations.Nullable String key) {
    return new JsonObject()
        .put("api_key", key)
        .put("model_id", Client.MODEL)
        .put("image", new JsonObject().put("type", "base64").put("value", Picture.ROCKET.base64()))
        .encode();
  }

  private static String log(PenstockProcess process) {
    try {
      return Files.readString(process.logFile());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
