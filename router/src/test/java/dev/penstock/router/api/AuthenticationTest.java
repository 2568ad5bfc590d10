package dev.penstock.router.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.router.admission.Caller;
import dev.penstock.router.admission.keys.KeyFixtures;
import dev.penstock.router.api.TestApi.Reply;
import dev.penstock.router.dispatch.InferenceRequest;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AuthenticationTest {
  private static final String SHOP = "key-of-the-shop";
  private static final String OPS = "key-of-operations";
  private static final String TEXT = "text/plain";
  private static final String JSON = "application/json";
  private static final String UNAUTHORIZED =
      "{\"status\":401,\"message\":\"Unauthorized api_key\"}";

  private static final Set<String> OPEN = Set.of("/", "/info", "/healthz", "/readiness");

  private TestApi api;

  @BeforeEach
  void start() {
    var settings = new TestApi.Settings();
    settings.preload = List.of("coco/1", "parts/7");
    settings.access =
        KeyFixtures.access(
            """
            shop: {hash: <%s>, weight: 2, models: coco/*}
            ops: {hash: <%s>, admin: true}
            """
                .formatted(SHOP, OPS),
            Ticker.SYSTEM);
    api = new TestApi(settings);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /status",
    "GET, /metrics",
    "GET, /model/registry",
    "POST, /model/add",
    "POST, /model/remove",
    "POST, /model/clear",
    "POST, /infer/object_detection",
    "POST, /infer/instance_segmentation",
    "POST, /infer/keypoints_detection",
    "POST, /infer/classification",
    "POST, /infer/semantic_segmentation",
    "GET, /coco/1",
    "POST, /coco/1",
    "POST, /coco/1/",
    "POST, //coco//1",
    "POST, /nobody/1",
    "POST, /detect/coco/1",
    "GET, /outline/coco/1",
    "POST, /classify/coco/1",
    "POST, /segment/coco/1"
  })
  void without_a_key_or_with_a_wrong_one_nothing_is_done(String method, String path) {
    var body = HttpRequest.BodyPublishers.ofString("{\"model_id\":\"coco/1\"}");
    for (String query : List.of("", "?api_key=wrong", "?api_key=", "?api_key=" + SHOP + "x")) {
      Reply reply = api.send(method, path + query, body, "Content-Type", JSON);
      assertThat(reply.status()).as(query).isEqualTo(401);
      assertThat(reply.text()).isEqualTo(UNAUTHORIZED);
      assertThat(reply.header("WWW-Authenticate")).isEqualTo("Bearer");
    }
    assertThat(api.dispatcher.requests).isEmpty();
    assertThat(api.dispatcher.loaded).isEmpty();
    assertThat(api.dispatcher.unloaded).isEmpty();
  }

  /** A route that is added and forgets to ask for a key is found here. */
  @Test
  void no_route_but_those_of_probes_serves_without_a_key() {
    Set<String> asked = new TreeSet<>();
    for (Route route : api.api.router().getRoutes()) {
      String path = route.getPath();
      if (path == null || OPEN.contains(path)) {
        continue;
      }
      for (HttpMethod method : route.methods()) {
        String meant = path.replace(":dataset", "coco").replace(":version", "1");
        var body = HttpRequest.BodyPublishers.ofString("{\"model_id\":\"coco/1\"}");
        Reply reply = api.send(method.name(), meant, body, "Content-Type", JSON);
        assertThat(reply.status()).as("%s %s", method, meant).isEqualTo(401);
        asked.add(meant);
      }
    }
    assertThat(asked).contains("/status", "/model/clear", "/infer/classification", "/coco/1");
  }

  @Test
  void who_sent_what_is_refused_is_in_the_log_also_when_the_key_was_in_the_body() {
    var noImage = new JsonObject().put("api_key", SHOP).put("model_id", "coco/1");

    Reply reply = api.post("/infer/object_detection", noImage.encode(), "Content-Type", JSON);

    assertThat(reply.status()).isEqualTo(422);
    assertThat(api.logged().getString("caller")).isEqualTo("shop");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/info", "/healthz", "/readiness"})
  void probes_need_no_key(String path) {
    assertThat(api.get(path).status()).isEqualTo(200);
    assertThat(api.get(path + "?api_key=wrong").status()).isEqualTo(200);
  }

  @Test
  void unknown_paths_are_unknown_with_and_without_a_key() {
    assertThat(api.get("/a/b/c").status()).isEqualTo(404);
    assertThat(api.post("/a/b/c", "{}", "Content-Type", JSON).status()).isEqualTo(405);
  }

  @Test
  void browsers_may_ask_first_and_read_refusals() {
    Reply preflight =
        api.send(
            "OPTIONS",
            "/coco/1",
            java.net.http.HttpRequest.BodyPublishers.noBody(),
            "Origin",
            "https://a.example",
            "Access-Control-Request-Method",
            "POST",
            "Access-Control-Request-Headers",
            "authorization");
    assertThat(preflight.status()).isEqualTo(200);
    assertThat(preflight.header("Access-Control-Allow-Headers")).isEqualTo("authorization");

    Reply refused =
        api.post("/coco/1", TestApi.BASE64, "Content-Type", TEXT, "Origin", "https://a.example");
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.header("Access-Control-Allow-Origin")).isEqualTo("https://a.example");
    assertThat(refused.header("X-Request-ID")).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "?api_key=key-of-the-shop, ''",
    "?api_key=wrong&api_key=key-of-the-shop, ''",
    "?api_key=key%2Dof%2dthe-shop, ''",
    "'', Bearer key-of-the-shop",
    "'', bEARER key-of-the-shop",
    "?api_key=, Bearer key-of-the-shop",
    "?api_key=key-of-the-shop, Bearer wrong",
    "?api_key=key-of-the-shop, Basic d3Jvbmc6"
  })
  void the_query_decides_before_the_header(String query, String header) throws Exception {
    Reply reply = api.post("/coco/1" + query, TestApi.BASE64, headers(TEXT, header));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(admitted().caller()).isEqualTo(new Caller("shop", 2));
  }

  @Test
  void a_wrong_key_in_the_query_is_not_mended_by_the_header_nor_that_by_the_body() {
    String right = "Bearer " + SHOP;
    assertThat(api.post("/coco/1?api_key=x", TestApi.BASE64, headers(TEXT, right)).status())
        .isEqualTo(401);
    assertThat(api.post("/infer/object_detection", infer(SHOP), headers(JSON, "Bearer x")).status())
        .isEqualTo(401);
  }

  @Test
  void a_json_body_may_hold_the_key_where_neither_query_nor_header_does() throws Exception {
    assertThat(api.post("/infer/object_detection", infer(SHOP), headers(JSON, "")).status())
        .isEqualTo(200);
    assertThat(admitted().caller().id()).isEqualTo("shop");
    assertThat(
            api.post("/infer/object_detection", infer("x"), headers(JSON, "Bearer " + SHOP))
                .status())
        .isEqualTo(200);
    assertThat(admitted().caller().id()).isEqualTo("shop");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no json", "[]", "{\"api_key\":7}", "{\"api_key\":null}", "{"})
  void a_body_without_a_key_is_unauthorized_before_it_is_wrong(String body) {
    assertThat(api.post("/infer/object_detection", body, headers(JSON, "")).text())
        .isEqualTo(UNAUTHORIZED);
    assertThat(
            api.post("/infer/object_detection?api_key=" + SHOP, body, headers(JSON, "")).status())
        .isEqualTo(422);
  }

  @Test
  void the_body_of_the_legacy_route_is_an_image_and_no_place_for_keys() {
    String body = new JsonObject().put("api_key", SHOP).encode();
    assertThat(api.post("/coco/1", body, headers(JSON, "")).status()).isEqualTo(401);
  }

  @Test
  void another_model_is_refused_in_the_words_of_the_reference_whether_or_not_it_exists() {
    for (String model : List.of("parts/7", "broken/1", "nobody/9", "nobody")) {
      String body = infer(SHOP).replace("coco/1", model);
      Reply reply = api.post("/infer/object_detection", body, headers(JSON, ""));
      assertThat(reply.status()).as(model).isEqualTo(401);
      assertThat(reply.message())
          .startsWith(
              "Unauthorized access to roboflow API - check API key and make sure the key is"
                  + " valid for workspace you use.");
    }
    assertThat(api.post("/parts/7?api_key=" + SHOP, TestApi.BASE64, headers(TEXT, "")).status())
        .isEqualTo(401);
    assertThat(api.dispatcher.requests).isEmpty();
  }

  @Test
  void an_alias_is_the_model_it_stands_for() {
    assertThat(
            api.post(
                    "/infer/object_detection",
                    infer(SHOP).replace("coco/1", "yolo-small"),
                    headers(JSON, ""))
                .status())
        .isEqualTo(200);
    assertThat(api.post("/coco/01?api_key=" + SHOP, "AAAA", headers(TEXT, "")).status())
        .as("known to the pattern, not to this repository")
        .isEqualTo(404);
  }

  @Test
  void the_registry_lists_what_the_key_may_ask_for() {
    assertThat(registered(api.get("/model/registry?api_key=" + OPS)))
        .containsExactly("coco/1", "parts/7");
    assertThat(registered(api.get("/model/registry", "Authorization", "Bearer " + SHOP)))
        .containsExactly("coco/1");
  }

  @Test
  void whoever_may_ask_for_a_model_may_have_it_loaded() {
    assertThat(registered(api.post("/model/add", add("coco/1", SHOP), headers(JSON, ""))))
        .containsExactly("coco/1");
    assertThat(api.dispatcher.loaded).containsExactly("coco/1");
    assertThat(api.post("/model/add", add("parts/7", SHOP), headers(JSON, "")).status())
        .isEqualTo(401);
    assertThat(api.dispatcher.loaded).containsExactly("coco/1");
  }

  @Test
  void only_administrators_take_models_away_and_see_status_and_metrics() {
    String shop = "Bearer " + SHOP;
    assertThat(api.post("/model/remove", add("coco/1", SHOP), headers(JSON, "")).status())
        .isEqualTo(403);
    assertThat(api.post("/model/remove", add("coco/1", "x"), headers(JSON, shop)).status())
        .isEqualTo(403);
    assertThat(api.post("/model/clear", "", headers(JSON, shop)).status()).isEqualTo(403);
    assertThat(api.get("/status", "Authorization", shop).message())
        .startsWith("This API key may ask for predictions only.");
    assertThat(api.get("/metrics?api_key=" + SHOP).status()).isEqualTo(403);
    assertThat(api.dispatcher.unloaded).isEmpty();

    assertThat(api.post("/model/remove", add("coco/1", OPS), headers(JSON, "")).status())
        .isEqualTo(200);
    assertThat(api.post("/model/clear?api_key=" + OPS, "", headers(JSON, "")).status())
        .isEqualTo(200);
    assertThat(api.dispatcher.unloaded).containsExactly("coco/1", "parts/7");
    assertThat(api.get("/status?api_key=" + OPS).status()).isEqualTo(200);
    assertThat(api.get("/metrics", "Authorization", "Bearer " + OPS).text())
        .contains("penstock_requests");
  }

  @Test
  void the_access_log_calls_the_caller_by_the_name_of_its_key() {
    api.post("/coco/1?api_key=" + SHOP, TestApi.BASE64, headers(TEXT, ""));
    assertThat(api.logged().getString("caller")).isEqualTo("shop");
    api.post("/coco/1?api_key=wrong", TestApi.BASE64, headers(TEXT, ""));
    JsonObject refused = api.logged();
    assertThat(refused.getInteger("status")).isEqualTo(401);
    assertThat(refused.containsKey("caller")).isFalse();
  }

  private InferenceRequest admitted() throws InterruptedException {
    InferenceRequest request = api.dispatcher.requests.poll(10, TimeUnit.SECONDS);
    return java.util.Objects.requireNonNull(request);
  }

  private static List<String> registered(Reply reply) {
    return reply.json().getJsonArray("models").stream()
        .map(model -> ((JsonObject) model).getString("model_id"))
        .toList();
  }

  private static String infer(String key) {
    return new JsonObject()
        .put("api_key", key)
        .put("model_id", "coco/1")
        .put("image", new JsonObject().put("type", "base64").put("value", TestApi.BASE64))
        .encode();
  }

  private static String add(String model, String key) {
    return new JsonObject().put("model_id", model).put("api_key", key).encode();
  }

  private static String[] headers(String contentType, String authorization) {
    return authorization.isEmpty()
        ? new String[] {"Content-Type", contentType}
        : new String[] {"Content-Type", contentType, "Authorization", authorization};
  }
}
