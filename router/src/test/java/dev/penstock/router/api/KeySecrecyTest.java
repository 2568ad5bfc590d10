package dev.penstock.router.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.router.admission.keys.Access;
import dev.penstock.router.admission.keys.KeyFixtures;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A key that is sent in every way is found in no answer, log or metric, nor at the dispatcher. */
final class KeySecrecyTest {
  private static final String KEY = "s3cr3t-k3y-of-the-test";
  private static final Logger ROOT = Logger.getLogger("");

  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final Handler handler = new Listening();

  @BeforeEach
  void listen() {
    ROOT.addHandler(handler);
  }

  @AfterEach
  void stopListening() {
    ROOT.removeHandler(handler);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void wherever_it_is_sent_it_stays_there(boolean known) throws Exception {
    for (Access access :
        List.of(
            Access.open(),
            KeyFixtures.access("a: {hash: <" + (known ? KEY : "other") + ">}", Ticker.SYSTEM))) {
      var settings = new TestApi.Settings();
      settings.access = access;
      try (var api = new TestApi(settings)) {
        int requests = sendEverywhere(api);
        for (int i = 0; i < requests; i++) {
          String line = api.accessLog.poll(10, TimeUnit.SECONDS);
          assertThat(line).as("a line for each request").isNotNull();
          seen.add(String.valueOf(line));
        }
        api.dispatcher.requests.forEach(request -> seen.add(request.toString()));
        seen.add(api.get("/metrics").text());
        seen.add(api.get("/status?api_key=" + KEY).text());
      }
    }
    assertThat(seen).hasSizeGreaterThan(200);
    // Not even the start of it.
    assertThat(seen.stream().filter(text -> text.contains(KEY.substring(0, 6)))).isEmpty();
  }

  private int sendEverywhere(TestApi api) {
    var replies = new ArrayList<TestApi.Reply>();
    String query = "?api_key=" + KEY;
    String header = "Bearer " + KEY;
    for (String path :
        List.of(
            "/coco/1",
            "/nobody/1",
            "/broken/1",
            "/a/b/c",
            "/info",
            "/metrics",
            "/status",
            "/model/registry",
            "/detect/coco/1",
            "/clip/compare",
            "/%2e%2e/x")) {
      replies.add(api.get(path + query));
      replies.add(api.get(path, "Authorization", header));
      replies.add(api.post(path + query, TestApi.BASE64, "Content-Type", "text/plain"));
      replies.add(api.post(path + query + "&confidence=x", "?", "Content-Type", "text/plain"));
    }
    for (String path :
        List.of(
            "/infer/object_detection",
            "/infer/classification",
            "/model/add",
            "/model/remove",
            "/model/clear",
            "/workflows/run")) {
      for (JsonObject body :
          List.of(
              body(KEY, "coco/1"),
              body(KEY, "nobody/1"),
              body(KEY, "a/b/c"),
              body(List.of(KEY), "coco/1"),
              new JsonObject().put("api_key", KEY))) {
        replies.add(api.post(path, body.encode(), "Content-Type", "application/json"));
        replies.add(api.post(path + query, body.encode(), "Content-Type", "application/json"));
      }
      replies.add(
          api.post(path, "{\"api_key\":\"" + KEY + "\",", "Content-Type", "application/json"));
    }
    replies.forEach(reply -> seen.add(reply.text() + reply.http.headers()));
    int sent = replies.size();
    sent += raw(api, "GET /coco/1" + query + "&x=%zz");
    sent += raw(api, "GET /coco/1" + query + "&api_key=%");
    sent += raw(api, "GET /status" + query + "%zz");
    sent += raw(api, "GET /coco/1%3Fapi_key=" + KEY);
    sent += raw(api, "GET /coco%zz/1" + query);
    sent += raw(api, "GET http://a.example/coco/1" + query);
    sent += raw(api, "GET /coco/1" + query + "a".repeat(20_000));
    sent += raw(api, "NONSENSE /coco/1" + query);
    sent += raw(api, "GET /coco/1" + query, "Authorization: " + header, "Cookie: api_key=" + KEY);
    sent += raw(api, "GET /coco/1", "Authorization: " + header, "X-Long: " + "b".repeat(40_000));
    sent += raw(api, "GET /coco/1", "Authorization: " + header, "Broken " + KEY);
    return sent;
  }

  private int raw(TestApi api, String line, String... headers) {
    try (RawClient client = api.raw()) {
      RawClient.Response response = client.send(RawClient.head(line, headers)).read();
      seen.add(response.body() + response.headers());
    }
    return 1;
  }

  private static JsonObject body(Object key, String model) {
    return new JsonObject()
        .put("api_key", key)
        .put("model_id", model)
        .put("image", new JsonObject().put("type", "base64").put("value", TestApi.BASE64));
  }

  /** Everything that is logged, with its traces. */
  private final class Listening extends Handler {
    private final SimpleFormatter formatter = new SimpleFormatter();

    Listening() {
      setLevel(Level.ALL);
    }

    @Override
    public void publish(LogRecord record) {
      var text = new StringWriter().append(formatter.formatMessage(record));
      if (record.getThrown() != null) {
        record.getThrown().printStackTrace(new PrintWriter(text, true));
      }
      seen.add(text.toString());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
