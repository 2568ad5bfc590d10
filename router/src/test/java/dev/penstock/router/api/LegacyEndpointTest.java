package dev.penstock.router.api;

import static dev.penstock.router.api.TestApi.BASE64;
import static dev.penstock.router.api.TestApi.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.Confidence;
import dev.penstock.job.Drawing;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.PreprocessStep;
import dev.penstock.router.dispatch.InferenceOutcome;
import dev.penstock.router.dispatch.InferenceRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LegacyEndpointTest {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String NOT_FOUND =
      "Requested Roboflow resource not found. Make sure that workspace, project or model you"
          + " referred in request exists.";

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
    api.dispatcher.answers(FakeDispatcher.EMPTY, null);
  }

  @ParameterizedTest
  @ValueSource(strings = {FORM, "application/json", "text/plain", "image/jpeg", "nonsense"})
  void takes_base64_under_any_content_type(String type) {
    assertThat(post("/coco/1?api_key=k", BASE64, type).status()).isEqualTo(200);
    assertThat(asked().images()).containsExactly(IMAGE);
  }

  @Test
  void takes_base64_with_a_data_uri_line_ends_and_a_body_of_get() {
    post("/coco/1", "data:image/jpeg;base64," + BASE64, FORM);
    assertThat(asked().images()).containsExactly(IMAGE);
    post("/coco/1", BASE64.substring(0, 5) + "\r\n" + BASE64.substring(5), FORM);
    assertThat(asked().images()).containsExactly(IMAGE);
    var reply = api.send("GET", "/coco/1", BodyPublishers.ofString(BASE64), "Content-Type", FORM);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(asked().images()).containsExactly(IMAGE);
  }

  @Test
  void takes_large_bodies_off_the_event_loop_with_the_same_result() {
    byte[] large = new byte[120_000];
    new java.util.Random(7).nextBytes(large);
    String text = java.util.Base64.getEncoder().encodeToString(large);
    assertThat(post("/coco/1", text, FORM).status()).isEqualTo(200);
    assertThat(asked().images()).containsExactly(large);
  }

  @Test
  void answers_in_the_shape_of_the_reference() {
    api.dispatcher.answers("{\"predictions\":[{\"x\":1.5,\"class\":\"ü\"}]}", null);
    var reply = post("/coco/1", BASE64, FORM);
    assertThat(reply.header("Content-Type")).isEqualTo("application/json");
    JsonObject json = reply.json();
    assertThat(json.fieldNames())
        .containsExactlyInAnyOrder("inference_id", "time", "image", "predictions");
    assertThat(json.getString("inference_id")).hasSize(36);
    assertThat(json.getDouble("time"))
        .isEqualTo(0.0000001, org.assertj.core.data.Offset.offset(1e-6));
    assertThat(json.getJsonObject("image"))
        .isEqualTo(new JsonObject().put("width", 640).put("height", 480));
    assertThat(json.getJsonArray("predictions").getJsonObject(0).getString("class")).isEqualTo("ü");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''       | Empty image payload.",
        "@@@@     | Empty image payload.",
        "abcde    | Malformed base64 input image.",
      })
  void refuses_what_is_no_base64(String body, String cause) {
    var reply = post("/coco/1", body, FORM);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.message()).isEqualTo("Could not load input image. Cause: " + cause);
    assertThat(api.dispatcher.requests).isEmpty();
  }

  @Test
  void refuses_raw_bytes_with_advice() {
    var reply = api.post("/coco/1", IMAGE, "Content-Type", "image/jpeg");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.message())
        .isEqualTo(
            "Could not load input image. Cause: Invalid base64 input: the image payload contains"
                + " raw bytes instead of a base64-encoded string. Please base64-encode the image"
                + " before sending.");
  }

  @Test
  void refuses_a_body_without_content_type() {
    for (var reply : List.of(api.post("/coco/1", BASE64), api.get("/infer/object_detection"))) {
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.message()).isEqualTo("Content-Type header not provided with request.");
    }
  }

  @Test
  void takes_the_file_of_a_multipart_form() {
    var reply = multipart("/coco/1", "name=\"file\"; filename=\"a.jpg\"");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(asked().images()).containsExactly(IMAGE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name=\"image\"; filename=\"a.jpg\" | Could not load input image. Cause: Expected image to"
            + " be send in part named 'file' of multipart/form-data request",
        "name=\"file\" | Invalid Content-Type header provided with request.",
      })
  void refuses_other_multipart_forms(String disposition, String message) {
    // The part is asked for even when the image is given by URL.
    for (String query : List.of("", "?image=https://images.example.org/a.jpg")) {
      var reply = multipart("/coco/1" + query, disposition);
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.message()).isEqualTo(message);
    }
  }

  @Test
  void refuses_a_multipart_form_that_cannot_be_read() {
    for (String type :
        List.of(
            "multipart/form-data",
            "multipart/form-data; boundary=other",
            "multipart/form-data; boundary=")) {
      var reply = api.post("/coco/1", form("name=\"file\"; filename=\"a\""), "Content-Type", type);
      assertThat(reply.status()).as(type).isEqualTo(400);
      assertThat(reply.message()).startsWith("Could not load input image. Cause: ");
    }
  }

  @Test
  void fetches_an_image_given_by_url() {
    int images =
        api.vertx
            .createHttpServer()
            .requestHandler(request -> request.response().end(Buffer.buffer(IMAGE)))
            .listen(0, "127.0.0.1")
            .await()
            .actualPort();
    String url = "http://127.0.0.1:" + images + "/a.jpg";
    // As clients send it that rely on the URL: without body and Content-Type, by GET and POST.
    assertThat(api.get("/coco/1?image=" + url).status()).isEqualTo(200);
    assertThat(asked().images()).containsExactly(IMAGE);
    assertThat(api.post("/coco/1?image=" + url, "").status()).isEqualTo(200);
    assertThat(asked().images()).containsExactly(IMAGE);
    // The URL wins over a body, and a body may be a URL.
    assertThat(post("/coco/1?image=" + url, "@@", FORM).status()).isEqualTo(200);
    assertThat(asked().images()).containsExactly(IMAGE);
    assertThat(post("/coco/1?image_type=url", url, "text/plain").status()).isEqualTo(200);
    assertThat(asked().images()).containsExactly(IMAGE);

    api.dispatcher.ends(
        new InferenceOutcome.Failed(
            new JobOutcome.Failed(JobOutcome.Reason.UNREADABLE_IMAGE, "not a picture")));
    assertThat(api.get("/coco/1?image=" + url).message())
        .isEqualTo("Could not load input image. Cause: Data is not image.");
  }

  @Test
  void an_image_that_a_server_compressed_unasked_is_the_image() throws Exception {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(IMAGE);
    }
    int images =
        api.vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .response()
                        .putHeader("Content-Encoding", "gzip")
                        .end(Buffer.buffer(packed.toByteArray())))
            .listen(0, "127.0.0.1")
            .await()
            .actualPort();
    assertThat(api.get("/coco/1?image=http://127.0.0.1:" + images + "/a.jpg").status())
        .isEqualTo(200);
    assertThat(asked().images()).containsExactly(IMAGE);
  }

  @Test
  void says_why_a_url_is_not_fetched() {
    assertThat(api.get("/coco/1?image=ftp://a.example.org/x").status()).isEqualTo(400);
    assertThat(api.get("/coco/1?image=http://127.0.0.1:1/x").message())
        .isEqualTo(
            "Could not load input image. Cause: Data pointed by URL could not be decoded into"
                + " image.");
  }

  @Test
  void passes_parameters_on() {
    post(
        "/coco/1?confidence=40&overlap=30&max_detections=7&classes=a,%20b&format=image_and_json"
            + "&labels=True&stroke=3&disable_preproc_contrast=yes&name=x.jpg&visualize=1",
        BASE64, FORM);
    var asked = asked().parameters();
    assertThat(asked.confidence()).isEqualTo(Confidence.of(0.4));
    assertThat(asked.iouThreshold()).isEqualTo(0.3);
    assertThat(asked.maxDetections()).isEqualTo(7);
    assertThat(asked.classFilter()).containsExactly("a", "b");
    assertThat(asked.disabled()).containsExactly(PreprocessStep.CONTRAST);
    assertThat(asked.drawing()).isEqualTo(new Drawing(true, 3));
  }

  @Test
  void says_where_parameters_do_not_fit() {
    var reply = post("/coco/1?confidence=abc&stroke=x&labels=maybe&overlap=", BASE64, FORM);
    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.locations())
        .containsExactlyInAnyOrder(
            List.of("query", "confidence", "float"),
            List.of("query", "confidence", "literal['best','default']"),
            List.of("query", "stroke"),
            List.of("query", "labels"),
            List.of("query", "overlap"));
  }

  @Test
  void answers_with_the_picture_alone_or_beside_the_predictions() {
    byte[] picture = {1, 2, 3, -1};
    api.dispatcher.answers(FakeDispatcher.EMPTY, picture);
    var alone = post("/coco/1?format=image", BASE64, FORM);
    assertThat(alone.header("Content-Type")).isEqualTo("image/jpeg");
    assertThat(alone.http.body()).isEqualTo(picture);
    var beside = post("/coco/1?format=image_and_json", BASE64, FORM).json();
    assertThat(java.util.Base64.getDecoder().decode(beside.getString("visualization")))
        .isEqualTo(picture);
    assertThat(beside.getJsonArray("predictions")).isEmpty();
    assertThat(post("/coco/1?format=xml", BASE64, FORM).status()).isEqualTo(200);
  }

  @Test
  void collapses_slashes_and_echoes_the_id() {
    var reply = post("//coco//1?api_key=k", BASE64, FORM);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("X-Model-Id")).isEqualTo("coco/1");
  }

  @Test
  void refuses_unknown_malformed_and_broken_models_before_anything_is_asked() {
    var unknown = post("/nobody/1", BASE64, FORM);
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.message()).isEqualTo(NOT_FOUND);
    assertThat(unknown.header("X-Model-Id")).isEmpty();
    for (String path : List.of("/coco/1%0d%0aX-Evil:1", "/co%20co/1")) {
      assertThat(post(path, BASE64, FORM).status()).as(path).isEqualTo(400);
    }
    var broken = post("/broken/1", BASE64, FORM);
    assertThat(broken.status()).isEqualTo(500);
    assertThat(broken.message())
        .isEqualTo("Model loading failed: broken/1: it has no weights: add weights.onnx");
    assertThat(api.dispatcher.requests).isEmpty();
  }

  private static TestApi.Reply post(String path, String body, String type) {
    return api.post(path, body, "Content-Type", type);
  }

  private static TestApi.Reply multipart(String path, String disposition) {
    return api.post(path, form(disposition), "Content-Type", "multipart/form-data; boundary=XX");
  }

  private static byte[] form(String disposition) {
    String head =
        "--XX\r\nContent-Disposition: form-data; "
            + disposition
            + "\r\nContent-Type: image/jpeg\r\n\r\n";
    String text = head + new String(IMAGE, StandardCharsets.ISO_8859_1) + "\r\n--XX--\r\n";
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static InferenceRequest asked() {
    return api.dispatcher.requests.remove();
  }
}
