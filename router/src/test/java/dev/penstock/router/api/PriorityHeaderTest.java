package dev.penstock.router.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.router.admission.Priority;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PriorityHeaderTest {
  private static final String LEGACY = "/coco/1?api_key=k";
  private static final String FORM = "application/x-www-form-urlencoded";

  private static TestApi api;

  @BeforeAll
  static void start() {
    api = new TestApi();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @BeforeEach
  void forget() {
    api.dispatcher.requests.clear();
  }

  private static TestApi.Reply infer(String... headers) {
    var body =
        new JsonObject()
            .put("model_id", "coco/1")
            .put("image", new JsonObject().put("type", "base64").put("value", TestApi.BASE64));
    return api.post("/infer/object_detection", body.encode(), headers);
  }

  @Test
  void without_it_a_request_is_as_urgent_as_any_other() {
    assertThat(api.post(LEGACY, TestApi.BASE64, "Content-Type", FORM).status()).isEqualTo(200);
    assertThat(api.dispatcher.requests.remove().priority()).isEqualTo(Priority.NORMAL);
  }

  @ParameterizedTest
  @CsvSource({"high, HIGH", "normal, NORMAL", "low, LOW", "High, HIGH", "LOW, LOW"})
  void says_how_urgent_a_request_is_on_every_endpoint(String value, Priority priority) {
    api.post(LEGACY, TestApi.BASE64, "Content-Type", FORM, "X-Priority", value);
    infer("X-Priority", value);

    assertThat(api.dispatcher.requests)
        .hasSize(2)
        .allSatisfy(request -> assertThat(request.priority()).isEqualTo(priority));
  }

  @ParameterizedTest
  @ValueSource(strings = {"urgent", "1", "-", "high,low", "HÎGH"})
  void what_it_cannot_be_is_refused_with_what_it_can(String value) {
    var legacy = api.post(LEGACY, TestApi.BASE64, "Content-Type", FORM, "X-Priority", value);
    var task = infer("X-Priority", value);

    assertThat(legacy.status()).isEqualTo(400);
    assertThat(legacy.message()).contains("X-Priority is '").contains("high, normal or low");
    assertThat(task.message()).isEqualTo(legacy.message());
    assertThat(api.dispatcher.requests).isEmpty();
  }

  @Test
  void a_long_one_is_not_repeated_whole() {
    var reply = infer("X-Priority", "x".repeat(2_000));

    assertThat(reply.message()).hasSizeLessThan(150).contains("xxx...");
  }

  @Test
  void the_connection_serves_on_after_it_was_refused() {
    for (int request = 0; request < 3; request++) {
      assertThat(infer("X-Priority", "urgent").status()).isEqualTo(400);
      assertThat(infer("X-Priority", "low").status()).isEqualTo(200);
    }
  }

  @Test
  void other_endpoints_do_not_look_at_it() {
    assertThat(api.get("/info", "X-Priority", "urgent").status()).isEqualTo(200);
  }
}
