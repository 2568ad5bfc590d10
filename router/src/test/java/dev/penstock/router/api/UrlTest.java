package dev.penstock.router.api;

import static dev.penstock.router.api.TestApi.BASE64;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths and queries as clients write them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UrlTest {
  private final TestApi api = new TestApi();

  @AfterAll
  void stop() {
    api.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/coco%2F1",
        "/coco%2f1",
        "/coco%2F1?confidence=40",
        "/detect%2Fcoco%2F1",
        "/c%6Fco/%31",
        "//coco/1",
        "/coco/1/",
        "/coco/1?%",
        "/coco/1?x=%zz;y=%&confidence=40",
        "/coco/1?a;b=c&%00=%00",
        "/coco%2F1?%=/%2F",
        "http://elsewhere/coco/1"
      })
  void one_model_has_many_spellings(String target) {
    var response = post(target);
    assertThat(response.status()).as("%s", response).isEqualTo(200);
    assertThat(response.headers()).containsEntry("x-model-id", "coco/1");
  }

  @ParameterizedTest
  @CsvSource({
    "/coco%252F1, 405",
    "/coco%2F1%2F2, 405",
    "/infer%2Fobject_detection, 422",
    "/%2F, 405",
    "/coco%3F/1, 404",
    "/coco%23/1, 404",
    "/coco%20x/1, 400",
    "/coco%00/1, 400",
    "/coco%ff/1, 400",
    "/coco\\1, 405",
    "/%2e%2e/1, 405",
    "/coco/%2e%2e%2f1, 405",
    "/%zz/1, 400",
    "/coco;x/1, 404",
  })
  void what_is_none_is_refused(String target, int status) {
    var response = post(target);
    assertThat(response.status()).as("%s", response).isEqualTo(status);
    assertThat(response.headers()).containsKey("x-request-id");
  }

  @Test
  void the_key_of_an_encoded_path_is_found() {
    assertThat(api.get("/model%2Fregistry?api_key=a%2Fb").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "confidence=40;overlap=30, 40;overlap=30",
    "confidence=%, %",
    "confidence=%41%, A%",
  })
  void semicolons_and_percent_signs_are_characters(String query, String value) {
    var response = post("/coco/1?" + query);
    assertThat(response.status()).isEqualTo(422);
    assertThat(
            new io.vertx.core.json.JsonObject(response.body())
                .getJsonArray("detail")
                .getJsonObject(0)
                .getString("input"))
        .isEqualTo(value);
  }

  @Test
  void more_than_a_thousand_parameters_are_refused() {
    for (String path :
        new String[] {"/coco/1", "/infer/object_detection", "/model/registry", "/status"}) {
      var response = post(path + "?" + "a&".repeat(1_001));
      if (path.startsWith("/model") || path.equals("/status")) {
        response = send("GET", path + "?" + "a&".repeat(1_001));
      }
      assertThat(response.status()).isEqualTo(400);
      assertThat(response.body()).contains("more than 1000 parameters");
    }
    assertThat(post("/coco/1?" + "a&".repeat(1_000)).status()).isEqualTo(200);
  }

  private RawClient.Response post(String target) {
    return send("POST", target);
  }

  private RawClient.Response send(String method, String target) {
    try (RawClient client = api.raw()) {
      return client
          .send(
              RawClient.head(method + " " + target, "Content-Length: " + BASE64.length()) + BASE64)
          .read();
    }
  }
}
