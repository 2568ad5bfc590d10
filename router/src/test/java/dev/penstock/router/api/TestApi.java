package dev.penstock.router.api;

import dev.penstock.config.Build;
import dev.penstock.config.CertificateFiles;
import dev.penstock.config.RouterConfig;
import dev.penstock.router.admission.AdmissionControl;
import dev.penstock.router.admission.keys.Access;
import dev.penstock.telemetry.AccessLog;
import dev.penstock.telemetry.MetricsRegistry;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A real listener on a free port, a real client, and a dispatcher that does as it is told. */
final class TestApi implements AutoCloseable {
  static final byte[] IMAGE = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 1, 2, 3, 4, 5, 6, 7};
  static final String BASE64 = Base64.getEncoder().encodeToString(IMAGE);

  final Vertx vertx = Vertx.vertx();
  final FakeDispatcher dispatcher;
  final BlockingQueue<String> accessLog = new LinkedBlockingQueue<>();
  final AdmissionControl admission;
  final PublicApi api;
  final int port;
  private final AccessLog log;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  TestApi() {
    this(new Settings());
  }

  TestApi(Settings settings) {
    dispatcher = new FakeDispatcher(settings.ticker);
    log = AccessLog.create(settings.form, accessLog::add);
    admission = settings.admission();
    api = create(vertx, settings, dispatcher, admission, log);
    port = api.listen().await();
  }

  /** What a test may want otherwise. */
  static final class Settings {
    int port;
    Ticker ticker = Ticker.SYSTEM;
    Access access = Access.open();
    long maxBody = 200_000;
    Duration timeout = Duration.ofSeconds(10);
    int maxConnections = RouterConfig.Http.DEFAULT_MAX_CONNECTIONS;
    @Nullable CertificateFiles tls;
    Duration maxTimeout = Duration.ofMinutes(1);
    long maxBytes = 10_000_000;
    List<String> origins = List.of("*");
    List<String> preload = List.of();
    RouterConfig.AccessLog form = RouterConfig.AccessLog.JSON;
    RouterConfig.ImageUrls urls =
        new RouterConfig.ImageUrls(true, true, true, Duration.ofSeconds(5));

    AdmissionControl admission() {
      return new AdmissionControl(1_000, maxBytes, ticker);
    }

    RouterConfig config() {
      return new RouterConfig(
          "r1",
          new RouterConfig.Http("127.0.0.1", port, origins, maxConnections, tls),
          new RouterConfig.Cluster("127.0.0.1", 0, 0, List.of(), "127.0.0.1"),
          List.of(),
          Map.of("yolo-small", "coco/1", "broken-alias", "broken/1"),
          preload,
          new RouterConfig.Limits(timeout, maxTimeout, maxBody, 1_000, maxBytes),
          urls,
          Duration.ZERO,
          form);
    }
  }

  static PublicApi create(
      Vertx vertx, Settings settings, FakeDispatcher dispatcher, AccessLog log) {
    return create(vertx, settings, dispatcher, settings.admission(), log);
  }

  private static PublicApi create(
      Vertx vertx,
      Settings settings,
      FakeDispatcher dispatcher,
      AdmissionControl admission,
      AccessLog log) {
    return new PublicApi(
        vertx,
        settings.config(),
        new FakeRepository(),
        dispatcher,
        admission,
        settings.access,
        settings.ticker,
        new ApiTelemetry(new MetricsRegistry(), log),
        new ServerIdentity(new Build("1.2.3", "98cc0ef12ab3", "cpu", "1.29.0"), "0f0e"));
  }

  Reply get(String path, String... headers) {
    return send("GET", path, BodyPublishers.noBody(), headers);
  }

  Reply post(String path, String body, String... headers) {
    return send("POST", path, BodyPublishers.ofString(body), headers);
  }

  Reply post(String path, byte[] body, String... headers) {
    return send("POST", path, BodyPublishers.ofByteArray(body), headers);
  }

  Reply send(String method, String path, BodyPublisher body, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(20))
            .method(method, body);
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return new Reply(client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(method + " " + path, e);
    }
  }

  RawClient raw() {
    return new RawClient(port);
  }

  /** The next line of the access log. */
  JsonObject logged() {
    try {
      String line = accessLog.poll(10, TimeUnit.SECONDS);
      if (line == null) {
        throw new AssertionError("no line in the access log");
      }
      return new JsonObject(line);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    api.close().await();
    log.close();
    vertx.close().await();
  }

  /** An answer, and what is checked of all of them. */
  static final class Reply {
    final HttpResponse<byte[]> http;

    Reply(HttpResponse<byte[]> http) {
      this.http = http;
    }

    int status() {
      return http.statusCode();
    }

    /** Empty when it is not there. */
    String header(String name) {
      return http.headers().firstValue(name).orElse("");
    }

    String text() {
      return new String(http.body(), java.nio.charset.StandardCharsets.UTF_8);
    }

    JsonObject json() {
      return new JsonObject(text());
    }

    String message() {
      return json().getString("message");
    }

    /** Locations of the problems of a 422. */
    List<List<Object>> locations() {
      var locations = new ArrayList<List<Object>>();
      JsonArray details = json().getJsonArray("detail");
      for (int i = 0; i < details.size(); i++) {
        locations.add(details.getJsonObject(i).getJsonArray("loc").stream().toList());
      }
      return locations;
    }

    /** Milliseconds of the parts in {@code Server-Timing}. */
    java.util.Map<String, Double> timing() {
      var parts = new java.util.LinkedHashMap<String, Double>();
      Arrays.stream(header("Server-Timing").split(", "))
          .map(part -> part.split(";dur="))
          .forEach(part -> parts.put(part[0], Double.parseDouble(part[1])));
      return parts;
    }
  }
}
