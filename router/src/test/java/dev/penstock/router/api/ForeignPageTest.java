package dev.penstock.router.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.router.admission.keys.KeyFixtures;
import dev.penstock.telemetry.Ticker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a web page somewhere can have a browser do to the router on its user's laptop. */
final class ForeignPageTest {
  private static final String EVIL = "Origin: https://evil.example.org";
  private static final String JSON = "Content-Type: application/json";
  private static final String TEXT = "Content-Type: text/plain";
  private static final String BODY = "{\"model_id\":\"coco/1\"}";
  private static final List<String> CHANGES =
      List.of("/model/add", "/model/remove", "/model/clear");

  private final TestApi.Settings settings = new TestApi.Settings();
  private TestApi api;

  @BeforeEach
  void start() {
    settings.preload = List.of("coco/1");
    api = new TestApi(settings);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  /** Each is what a browser sends without asking first. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        EVIL + "|" + TEXT,
        EVIL,
        EVIL + "|Content-Type: application/x-www-form-urlencoded",
        EVIL + "|Content-Type: multipart/form-data; boundary=x",
        EVIL + "|Content-Type: text/plain; application/json",
        EVIL + "|Content-Type: application/jsonx",
        "Origin: null|" + TEXT,
        "Origin: http://localhost:3000|" + TEXT + "|Sec-Fetch-Site: same-site",
        "Origin: *|" + TEXT,
        "Sec-Fetch-Site: cross-site|" + TEXT,
        "Sec-Fetch-Site: same-site|" + JSON,
        EVIL + "|" + JSON + "|Sec-Fetch-Site: cross-site",
      })
  void it_changes_nothing(String headers) {
    for (String path : CHANGES) {
      var refused = post(path, "127.0.0.1", headers);
      assertThat(refused.status()).as("%s with %s", path, headers).isEqualTo(403);
      assertThat(refused.body()).contains("--keys").contains("--allow-origin");
    }
    assertThat(api.dispatcher.loaded).isEmpty();
    assertThat(api.dispatcher.unloaded).isEmpty();
  }

  /** A name that its owner lets point to this machine once the page is there. */
  @ParameterizedTest
  @ValueSource(strings = {JSON, TEXT, JSON + "|Sec-Fetch-Site: same-origin"})
  void a_name_that_leads_here_makes_it_no_page_of_ours(String headers) {
    for (String path : CHANGES) {
      String host = "rebound.example.org:" + api.port;
      assertThat(post(path, host, "Origin: http://" + host + "|" + headers).status())
          .as(path)
          .isEqualTo(403);
    }
    assertThat(api.dispatcher.unloaded).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/model/add",
        "/model/remove",
        "/model/clear",
        "/model/clear/",
        "//model//clear",
        "/model%2Fclear",
        "/model/x%2F..%2Fclear",
        "/x%2f%2e%2e%2fmodel%2Fclear",
        "/x/../model/clear",
        "/model/cle%61r"
      })
  void a_browser_that_asks_first_whether_json_is_fine_is_told_no(String path) {
    var refused = preflight(path, EVIL);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.headers())
        .doesNotContainKeys("access-control-allow-origin", "access-control-allow-headers");
  }

  @Test
  void it_may_go_on_asking_for_predictions() {
    assertThat(preflight("/coco/1", EVIL).headers())
        .containsEntry("access-control-allow-origin", "https://evil.example.org");
    assertThat(api.post("/coco/1", TestApi.BASE64, headers(EVIL + "|" + TEXT)).status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        JSON, // as the SDK does
        TEXT,
        "",
        JSON + "|Sec-Fetch-Mode: cors", // Node's fetch
        TEXT + "|Sec-Fetch-Site: none",
        TEXT + "|Sec-Fetch-Site: same-origin",
        EVIL + "|" + JSON, // no browser: that would have asked first
        EVIL + "|Content-Type: application/json; charset=utf-8",
      })
  void programs_go_on_as_they_do(String headers) {
    for (String path : CHANGES) {
      assertThat(post(path, "penstock.example.org", headers).status()).as(path).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1:9001", "localhost:9001", "LOCALHOST", "[::1]:9001", "10.0.0.5"})
  void a_page_of_the_router_itself_may(String host) {
    for (String scheme : List.of("http", "https")) {
      var reply = post("/model/clear", host, "Origin: " + scheme + "://" + host + "|" + TEXT);
      assertThat(reply.status()).isEqualTo(200);
    }
  }

  @Test
  void a_page_that_the_operator_has_named_may() {
    stop();
    settings.origins = List.of("*", "https://ours.example.org");
    start();
    String ours = "Origin: https://ours.example.org";

    assertThat(preflight("/model/clear", ours).status()).isEqualTo(200);
    assertThat(post("/model/clear", "h", ours + "|Sec-Fetch-Site: cross-site").status())
        .isEqualTo(200);
    assertThat(preflight("/model/clear", EVIL).status()).isEqualTo(400);
    assertThat(post("/model/clear", "h", EVIL + "|" + TEXT).status()).isEqualTo(403);
  }

  @Test
  void with_keys_a_page_may_that_knows_one() {
    stop();
    settings.access =
        KeyFixtures.access("ops: {hash: <the-key-of-ops>, admin: true}", Ticker.SYSTEM);
    start();

    assertThat(preflight("/model/clear", EVIL).status()).isEqualTo(200);
    assertThat(post("/model/clear", "h", EVIL + "|" + TEXT).status()).isEqualTo(401);
    assertThat(post("/model/clear?api_key=the-key-of-ops", "h", EVIL + "|" + TEXT).status())
        .isEqualTo(200);
  }

  private RawClient.Response preflight(String path, String origin) {
    try (var client = api.raw()) {
      client.send(
          RawClient.head(
              "OPTIONS " + path,
              origin,
              "Access-Control-Request-Method: POST",
              "Access-Control-Request-Headers: content-type"));
      return client.read();
    }
  }

  private RawClient.Response post(String path, String host, String headers) {
    try (var client = api.raw()) {
      var lines = new ArrayList<>(List.of("POST " + path + " HTTP/1.1", "Host: " + host));
      lines.addAll(Arrays.asList(headers.isEmpty() ? new String[0] : headers.split("\\|")));
      lines.add("Content-Length: " + BODY.length());
      client.send(String.join("\r\n", lines) + "\r\n\r\n" + BODY);
      return client.read();
    }
  }

  private static String[] headers(String lines) {
    return Arrays.stream(lines.split("\\|"))
        .flatMap(line -> Arrays.stream(line.split(": ", 2)))
        .toArray(String[]::new);
  }
}
