package dev.penstock.router.api;

import static dev.penstock.router.api.TestApi.BASE64;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.JobOutcome;
import dev.penstock.router.api.TestApi.Reply;
import dev.penstock.router.dispatch.Dispatcher;
import dev.penstock.router.dispatch.InferenceOutcome;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no prediction is short and speaks no Java, whatever was sent or reported. */
final class RefusalSizeTest {
  static final int MOST_BYTES = 16 * 1024;

  private static final String LONG = "x".repeat(150_000);
  private static final String HEAD = "\u0001".repeat(10_000);
  private static final String JAVA =
      "java.lang.NullPointerException: Cannot invoke \"String.length()\" because \"<local4>\" is null";

  private final TestApi api = new TestApi();

  @AfterEach
  void stop() {
    api.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'model_id':'@'}",
        "{'model_id':'coco/@','image':{'type':'base64','value':''}}",
        "{'model_id':'coco/1','image':{'type':'@','value':''}}",
        "{'model_id':'coco/1','image':{'type':'url','value':'@'}}",
        "{'model_id':'coco/1','image':{'type':'url','value':'https://@'}}",
        "{'model_id':'coco/1','image':{'type':'base64','value':'@!'},'id':'@'}",
        "{'model_id':'coco/1','image':'@','api_key':['@'],'confidence':'@','max_detections':'@'}",
        "{'@':'@'}",
        "{'model_id':'coco/1','api_key':'@'",
        "@",
        "'@'",
        "['@']",
      })
  void long_texts_in_a_body_are_not_repeated(String body) {
    String sent = body.replace('\'', '"').replace("@", LONG);
    for (String path : new String[] {"/infer/object_detection", "/infer/classification"}) {
      refused(api.post(path, sent));
    }
    Reply added = api.post("/model/add", sent);
    if (added.status() != 200) { // which needs no more than the id
      refused(added);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"5,", "{},", "[[]],", "\"a\",", "{\"type\":5},", "NaN,"})
  void a_body_of_twenty_megabytes_is_answered_as_briefly(String element) {
    var settings = new TestApi.Settings();
    settings.maxBody = 25_000_000;
    settings.maxBytes = 400_000_000;
    String list = "[" + element.repeat(20_000_000 / element.length()) + "5]";
    try (TestApi large = new TestApi(settings)) {
      for (String field : new String[] {"image", "class_filter"}) {
        Reply reply =
            large.post(
                "/infer/object_detection",
                "{\"model_id\":\"coco/1\",\"image\":5,\"" + field + "\":" + list + "}");
        assertThat(reply.status()).isEqualTo(422);
        boolean names = field.equals("class_filter") && element.startsWith("\"");
        assertThat(reply.text().contains("more problems")).isEqualTo(!names);
        refused(reply);
      }
    }
  }

  @Test
  void zeros_before_a_version_are_not_repeated() {
    String id = "coco/" + "0".repeat(150_000) + "1";
    refused(
        api.post(
            "/infer/object_detection",
            new JsonObject()
                .put("model_id", id)
                .put("image", new JsonObject().put("type", "base64").put("value", BASE64))
                .encode()));
    refused(api.post("/coco/" + "0".repeat(10_000) + "1", BASE64, "Content-Type", "text/plain"));
    refused(api.post("/broken/" + "0".repeat(10_000) + "1", BASE64, "Content-Type", "text/plain"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Request-ID",
        "X-Priority",
        "X-Request-Timeout",
        "Origin",
        "Access-Control-Request-Headers",
        "Content-Type",
        "Authorization",
        "Cookie",
        "Accept",
        "Range",
        "X-Forwarded-For"
      })
  void long_headers_are_not_repeated(String name) {
    for (String method :
        new String[] {"POST /nobody/1", "OPTIONS /nobody/1", "M".repeat(9_000) + " /nobody/1"}) {
      for (String value :
          new String[] {"x".repeat(14_000), "a;b=c,".repeat(2_000), "é\"".repeat(5_000)}) {
        try (RawClient client = api.raw()) {
          client.send(
              method
                  + " HTTP/1.1\r\nHost: a\r\nOrigin: https://a.b\r\n"
                  + "Access-Control-Request-Method: POST\r\nContent-Length: 0\r\n"
                  + name
                  + ": "
                  + value
                  + "\r\n\r\n");
          var response = client.read();
          assertThat(response.toString()).hasSizeLessThan(6_000);
        }
      }
    }
    for (String line = api.accessLog.poll(); line != null; line = api.accessLog.poll()) {
      assertThat(line).hasSizeLessThan(2_000);
    }
  }

  @Test
  void long_urls_are_not_repeated() {
    for (String target :
        new String[] {
          "/coco/1?image=" + "x".repeat(9_000),
          "/coco/1?confidence=" + "%01".repeat(3_000),
          "/coco/1?api_key=" + "x".repeat(9_000) + "&confidence=x",
          "/coco/1?image_type=" + "x".repeat(9_000),
          "/" + "x".repeat(9_000),
          "/" + "x/".repeat(4_000),
          "/" + "%01".repeat(3_000) + "/1",
          "/coco/1?" + "x=%01&".repeat(900) + "confidence=x",
        }) {
      refused(api.post(target, BASE64, "Content-Type", "text/plain"));
      assertThat(api.logged().encode()).hasSizeLessThan(8_000);
    }
  }

  @ParameterizedTest
  @EnumSource(JobOutcome.Reason.class)
  void what_workers_report_is_cut_and_put_into_words(JobOutcome.Reason reason) {
    for (String message : new String[] {HEAD, LONG, JAVA, JAVA.repeat(2_000), "null"}) {
      api.dispatcher.ends(new InferenceOutcome.Failed(new JobOutcome.Failed(reason, message)));
      refused(api.post("/coco/1", BASE64, "Content-Type", "text/plain"));
      api.dispatcher.load = Future.failedFuture(new Dispatcher.LoadFailure(true, message));
      refused(api.post("/model/add", "{\"model_id\":\"coco/1\"}"));
      api.dispatcher.load = Future.failedFuture(new Dispatcher.LoadFailure(false, message));
      refused(api.post("/model/add", "{\"model_id\":\"coco/1\"}"));
    }
  }

  private static void refused(Reply reply) {
    assertThat(reply.status()).isBetween(400, 599);
    assertThat(reply.text()).hasSizeLessThan(MOST_BYTES);
    assertThat(reply.http.headers().map().toString()).hasSizeLessThan(4_000);
    assertThat(reply.text()).doesNotContainPattern(RequestFuzzTest.JAVA);
  }
}
