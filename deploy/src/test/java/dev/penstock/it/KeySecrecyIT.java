package dev.penstock.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Client;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.KeysFile;
import dev.penstock.it.kit.PenstockProcess;
import dev.penstock.it.kit.Picture;
import dev.penstock.it.kit.RogueWorker;
import dev.penstock.it.kit.RouterProcess;
import dev.penstock.job.JobDescriptor;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A key stays between its client and the router that checks it, even in the log for debugging. */
final class KeySecrecyIT {
  private static final String KEY = "s3cr3t-k3y-of-the-test";

  @RegisterExtension final Cluster cluster = new Cluster();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void neither_answers_nor_logs_nor_the_cluster_know_it(boolean withFile) throws Exception {
    KeysFile file = KeysFile.in(cluster.folder()).write("shop: {hash: <" + KEY + ">}\n");
    RouterProcess router =
        withFile
            ? cluster.router("--keys", file.path().toString(), "--log-level", "debug")
            : cluster.router("--log-level", "debug");
    PenstockProcess worker =
        cluster.worker("w1", router, "--device", "simulated:per-image=5ms", "--log-level", "debug");
    worker.awaitReady();
    Client client = router.client();
    var seen = new ArrayList<String>();

    sendEverywhere(client).forEach(answer -> seen.add(answer.body() + answer.headers()));
    seen.add(whatWorkersGet(router, worker, client));
    for (String path : List.of("/metrics", "/status")) {
      Answer answer = client.get(path + "?api_key=" + KeysFile.OPERATOR);
      assertThat(answer.status()).isEqualTo(200);
      seen.add(answer.body());
    }
    worker.terminate();
    worker.awaitExit(java.time.Duration.ofSeconds(30));
    router.process().terminate();
    router.process().awaitExit(java.time.Duration.ofSeconds(60));
    seen.add(Files.readString(worker.logFile()));
    String log = Files.readString(router.process().logFile());
    seen.add(log);

    assertThat(log).contains("path=/coco/1").contains("DEBUG");
    if (withFile) {
      assertThat(log).contains("caller=shop");
    }
    assertThat(seen.stream().filter(text -> text.contains(KEY.substring(0, 6)))).isEmpty();
  }

  private static List<Answer> sendEverywhere(Client client) {
    var answers = new ArrayList<Answer>();
    String bearer = "Bearer " + KEY;
    for (String path :
        List.of("/coco/1", "/nobody/1", "/a/b/c", "/status", "/model/registry", "/metrics")) {
      answers.add(client.get(path + "?api_key=" + KEY));
      answers.add(client.send(path, "", "Authorization", bearer));
      answers.add(client.send(path, "{", "Authorization", bearer));
    }
    for (String path :
        List.of("/infer/object_detection", "/model/add", "/model/remove", "/workflows/run")) {
      answers.add(client.post(path, infer(KEY).encode()));
      answers.add(client.post(path, infer(List.of(KEY)).encode()));
      answers.add(client.post(path, "{\"api_key\":\"" + KEY + "\""));
      answers.add(client.post(path + "?api_key=" + KEY, infer(KEY).put("model_id", 7).encode()));
    }
    answers.add(client.get("/coco/1?api_key=" + KEY + "&a=" + "b".repeat(20_000)));
    answers.add(client.get("/coco/1%3Fapi_key=" + KEY));
    answers.add(Client.result(client.detecting(Client.MODEL, "?", KEY, Map.of("X-Again", KEY))));
    return answers;
  }

  /** The descriptor in the cluster and what is granted for it. */
  private static String whatWorkersGet(
      RouterProcess router, PenstockProcess worker, Client client) {
    CompletableFuture<Answer> answer;
    String seen;
    try (RogueWorker rogue = RogueWorker.join("rogue", router)) {
      worker.pause();
      answer = client.detecting(Client.MODEL, Picture.ROCKET.base64(), KEY, Map.of());
      JobDescriptor descriptor = rogue.poll();
      seen = new String(descriptor.toBytes(), UTF_8) + rogue.claim(descriptor.id());
    } finally {
      worker.resume();
    }
    assertThat(Client.result(answer).status()).isEqualTo(200);
    return seen;
  }

  private static JsonObject infer(Object key) {
    return new JsonObject()
        .put("api_key", key)
        .put("model_id", Client.MODEL)
        .put("image", new JsonObject().put("type", "base64").put("value", Picture.ROCKET.base64()));
  }
}
