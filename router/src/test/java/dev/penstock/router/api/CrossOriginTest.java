package dev.penstock.router.api;

import static dev.penstock.router.api.TestApi.BASE64;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrossOriginTest {
  private static final String ORIGIN = "https://app.example.org";

  @ParameterizedTest
  @ValueSource(strings = {"/coco/1", "/infer/object_detection", "/model/registry"})
  void a_preflight_allows_what_it_asks_for(String path) {
    try (var api = new TestApi();
        var client = api.raw()) {
      client.send(
          "OPTIONS "
              + path
              + " HTTP/1.1\r\nHost: a\r\nOrigin: "
              + ORIGIN
              + "\r\nAccess-Control-Request-Method: POST\r\n"
              + "Access-Control-Request-Headers: content-type,x-mine\r\n\r\n");
      var response = client.read();
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.headers())
          .containsEntry("access-control-allow-origin", ORIGIN)
          .containsEntry("access-control-allow-credentials", "true")
          .containsEntry("access-control-allow-headers", "content-type,x-mine")
          .containsEntry("access-control-max-age", "600")
          .containsEntry("vary", "Origin");
      assertThat(response.headers().get("access-control-allow-methods")).contains("POST");
    }
  }

  @Test
  void answers_and_errors_can_be_read_by_scripts_of_any_origin() {
    try (var api = new TestApi()) {
      for (var reply :
          List.of(
              api.post("/coco/1", BASE64, "Content-Type", "text/plain", "Origin", ORIGIN),
              api.post("/coco/1", BASE64, "Origin", ORIGIN),
              api.get("/nothing", "Origin", ORIGIN))) {
        // Not '*': a browser that sends credentials, or none but would, does not take it.
        assertThat(reply.header("Access-Control-Allow-Origin")).isEqualTo(ORIGIN);
        assertThat(reply.header("Access-Control-Allow-Credentials")).isEqualTo("true");
        assertThat(reply.header("Timing-Allow-Origin")).isEqualTo(ORIGIN);
        assertThat(reply.header("Vary")).isEqualTo("Origin");
        assertThat(reply.header("Access-Control-Expose-Headers"))
            .contains(
                "X-Processing-Time",
                "X-Queue-Time",
                "X-Execution-Time",
                "Server-Timing",
                "X-Request-ID",
                "X-Worker-Id",
                "Retry-After",
                "X-Workflow-Id")
            .doesNotContain("*");
      }
      var withCookie = api.get("/info", "Origin", ORIGIN, "Cookie", "a=b");
      assertThat(withCookie.header("Access-Control-Allow-Origin")).isEqualTo(ORIGIN);
      var withoutOrigin = api.get("/info");
      assertThat(withoutOrigin.header("Access-Control-Allow-Origin")).isEmpty();
      assertThat(withoutOrigin.header("Vary"))
          .as("what caches may give to whom")
          .isEqualTo("Origin");
    }
  }

  @Test
  void origins_can_be_restricted() {
    var settings = new TestApi.Settings();
    settings.origins = List.of(ORIGIN);
    try (var api = new TestApi(settings);
        var client = api.raw()) {
      var allowed = api.get("/info", "Origin", ORIGIN);
      assertThat(allowed.header("Access-Control-Allow-Origin")).isEqualTo(ORIGIN);
      assertThat(allowed.header("Timing-Allow-Origin")).isEqualTo(ORIGIN);
      var other = api.get("/info", "Origin", "https://evil.example.org");
      assertThat(other.status()).isEqualTo(200);
      assertThat(other.header("Access-Control-Allow-Origin")).isEmpty();
      client.send(
          RawClient.head(
              "OPTIONS /coco/1",
              "Origin: https://evil.example.org",
              "Access-Control-Request-Method: POST"));
      var refused = client.read();
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.headers()).doesNotContainKey("access-control-allow-origin");
    }
  }

  @Test
  void options_without_an_origin_is_a_wrong_method() {
    try (var api = new TestApi();
        var client = api.raw()) {
      client.send("OPTIONS /coco/1 HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(405);
    }
  }
}
