package dev.penstock.router.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.router.admission.keys.KeyFixtures;
import dev.penstock.router.api.TestApi.Reply;
import dev.penstock.router.dispatch.FakeTicker;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class KeyLimitsTest {
  private final FakeTicker ticker = new FakeTicker();
  private TestApi api;

  @BeforeEach
  void start() {
    var settings = new TestApi.Settings();
    settings.access =
        KeyFixtures.access(
            """
            images: {hash: <images>, rate: 2 images/s, burst: 5}
            requests: {hash: <requests>, rate: 0.1 requests/s}
            free: {hash: <free>}
            """,
            ticker);
    api = new TestApi(settings);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void what_comes_too_often_is_told_when_to_come_again() {
    assertThat(detect("requests").status()).isEqualTo(200);

    Reply refused = detect("requests");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).isEqualTo("10");
    assertThat(refused.message())
        .isEqualTo(
            "This API key is limited to 0.1 requests per second, at most 1 at once."
                + " Try again in 10 s.");
    ticker.advanceMillis(9_500);
    assertThat(detect("requests").header("Retry-After")).isEqualTo("1");
    ticker.advanceMillis(500);
    assertThat(detect("requests").status()).isEqualTo(200);
    assertThat(detect("free").status()).as("others are not concerned").isEqualTo(200);
  }

  @Test
  void several_images_cost_as_much_as_several_requests() {
    assertThat(infer("images", 4).status()).isEqualTo(200);
    assertThat(infer("images", 2).status()).isEqualTo(429);
    assertThat(detect("images").status()).isEqualTo(200);
    assertThat(detect("images").status()).isEqualTo(429);
    ticker.advanceMillis(1_000);
    assertThat(infer("images", 2).status()).isEqualTo(200);
  }

  @Test
  void more_images_than_ever_fit_are_not_told_to_come_again() {
    Reply refused = infer("images", 6);
    assertThat(refused.status()).isEqualTo(413);
    assertThat(refused.message())
        .isEqualTo(
            "The request has 6 images, and this API key is limited to 2 images per second, at most"
                + " 5 at once: send them in several requests.");
    assertThat(infer("images", 5).status()).as("it cost nothing").isEqualTo(200);
    assertThat(infer("requests", 6).status()).as("one request").isEqualTo(200);
  }

  @Test
  void what_is_wrong_counts_and_what_does_not_compute_does_not() {
    assertThat(api.post("/nobody/1?api_key=requests", "AAAA", "Content-Type", "a/b").status())
        .isEqualTo(404);
    assertThat(detect("requests").status()).isEqualTo(429);
    assertThat(api.get("/model/registry?api_key=requests").status()).isEqualTo(200);
    assertThat(add("requests").status()).as("a load is work").isEqualTo(429);
    assertThat(api.dispatcher.loaded).isEmpty();
  }

  @Test
  void a_body_that_will_be_refused_is_not_waited_for() {
    detect("requests");
    try (RawClient client = api.raw()) {
      client.send(
          RawClient.head(
              "POST /infer/object_detection?api_key=requests", "Content-Length: 150000"));
      assertThat(client.read().status()).isEqualTo(429);
    }
  }

  private Reply detect(String key) {
    return api.post("/coco/1?api_key=" + key, TestApi.BASE64, "Content-Type", "text/plain");
  }

  private Reply infer(String key, int images) {
    var list = new JsonArray();
    for (int i = 0; i < images; i++) {
      list.add(new JsonObject().put("type", "base64").put("value", TestApi.BASE64));
    }
    return api.post(
        "/infer/object_detection",
        new JsonObject().put("api_key", key).put("model_id", "coco/1").put("image", list).encode(),
        "Content-Type",
        "application/json");
  }

  private Reply add(String key) {
    return api.post(
        "/model/add",
        new JsonObject().put("model_id", "coco/1").put("api_key", key).encode(),
        "Content-Type",
        "application/json");
  }
}
