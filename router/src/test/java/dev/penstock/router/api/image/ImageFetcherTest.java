package dev.penstock.router.api.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.config.RouterConfig.ImageUrls;
import dev.penstock.router.admission.AdmissionControl;
import dev.penstock.router.api.exchange.ApiException;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PfxOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFetcherTest {
  private static final int LIMIT = 100_000;
  private static final int TOGETHER = 30;
  private static final long MEMORY = 1 << 20;
  private static final Buffer IMAGE = Buffer.buffer(new byte[] {(byte) 0xff, (byte) 0xd8, 1, 2});
  private static final ImageUrls OPEN = new ImageUrls(true, true, true, Duration.ofSeconds(10));
  private static final String UNREACHABLE = "Data pointed by URL could not be decoded into image.";

  private static Vertx vertx;
  private static WorkerExecutor lookups;
  private static int port;
  private static final List<String> hosts = new CopyOnWriteArrayList<>();
  private static final AtomicBoolean broken = new AtomicBoolean();
  private static final List<HttpServerResponse> waiting = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    lookups = vertx.createSharedWorkerExecutor("test-lookup", 1);
    port =
        vertx
            .createHttpServer()
            .requestHandler(ImageFetcherTest::serve)
            .listen(0, "127.0.0.1")
            .await()
            .actualPort();
  }

  @AfterAll
  static void stop() {
    vertx.close().await();
  }

  private static void serve(HttpServerRequest request) {
    hosts.add(request.authority().toString());
    var response = request.response();
    switch (request.path()) {
      case "/image.jpg" -> response.end(IMAGE);
      case "/empty" -> response.end();
      case "/large" -> response.end(Buffer.buffer(new byte[LIMIT + 1]));
      case "/breaks-once" -> {
        if (broken.getAndSet(true)) {
          response.end(IMAGE);
        } else {
          request.connection().close();
        }
      }
      case "/together" -> {
        waiting.add(response);
        if (waiting.size() == TOGETHER) {
          waiting.forEach(each -> each.end(IMAGE));
        }
      }
      case "/stalls" -> response.setChunked(true).write(IMAGE);
      case "/hop" -> redirect(request, "/image.jpg");
      case "/loop" -> redirect(request, "/loop");
      case "/inward" -> redirect(request, "http://inside.example.org:" + port + "/image.jpg");
      case "/file" -> redirect(request, "file:///etc/passwd");
      default -> response.setStatusCode(404).end("<html>nothing</html>");
    }
  }

  private static void redirect(HttpServerRequest request, String location) {
    request.response().setStatusCode(302).putHeader("Location", location).end();
  }

  @Test
  void fetches_an_image_and_follows_redirects() {
    assertThat(fetch(OPEN, "/image.jpg")).isEqualTo(IMAGE.getBytes());
    assertThat(fetch(OPEN, "/hop")).isEqualTo(IMAGE.getBytes());
  }

  @Test
  void says_what_is_wrong_with_what_is_behind_the_url() {
    assertThat(cause(OPEN, url("/nothing"))).isEqualTo(UNREACHABLE);
    assertThat(cause(OPEN, url("/loop"))).isEqualTo(UNREACHABLE);
    assertThat(cause(OPEN, "http://127.0.0.1:1/a.jpg")).isEqualTo(UNREACHABLE);
    assertThat(cause(OPEN, url("/empty"))).isEqualTo("Data is not image.");
    assertThat(cause(OPEN, url("/large")))
        .isEqualTo(
            "Data pointed by URL is larger than the limit of 100000 bytes for all images of a"
                + " request.");
  }

  @Test
  void images_of_one_request_share_its_limit() {
    ImageFetcher fetcher = fetcher(OPEN);
    Downloads shared = downloads(2L * IMAGE.length());
    fetcher.fetch(url("/image.jpg"), shared).await();
    fetcher.fetch(url("/hop"), shared).await();
    var refused =
        catchThrowableOfType(
            ApiException.class, () -> fetcher.fetch(url("/image.jpg"), shared).await());
    assertThat(refused.answer().status()).isEqualTo(400);
  }

  @Test
  void an_image_takes_no_memory_that_is_not_there() {
    Downloads poor = downloads(LIMIT, IMAGE.length() - 1, Promise.<Void>promise().future());
    var refused =
        catchThrowableOfType(
            ApiException.class, () -> fetcher(OPEN).fetch(url("/image.jpg"), poor).await());
    assertThat(refused.answer().status()).isEqualTo(429);
    assertThat(refused.answer().retryAfterSeconds()).isPositive();
  }

  @Test
  void a_download_ends_with_the_request_that_wants_it() {
    Promise<Void> end = Promise.promise();
    var image = fetcher(OPEN).fetch(url("/stalls"), downloads(LIMIT, MEMORY, end.future()));
    end.complete();
    assertThat(image.failed()).describedAs("at once").isTrue();
  }

  @Test
  void a_connection_that_ends_before_the_answer_costs_another_try() {
    assertThat(fetch(OPEN, "/breaks-once")).isEqualTo(IMAGE.getBytes());
  }

  @Test
  void many_images_of_one_host_do_not_wait_for_each_other() {
    ImageFetcher fetcher = fetcher(OPEN);
    List<Future<Fetched>> images =
        IntStream.range(0, TOGETHER)
            .mapToObj(i -> fetcher.fetch(url("/together"), downloads()))
            .toList();
    Future.all(images).await();
  }

  @Test
  void gives_up_after_its_time() {
    var hasty = new ImageUrls(true, true, true, Duration.ofMillis(200));
    assertThat(cause(hasty, url("/stalls"))).startsWith("Data pointed by URL did not arrive");
  }

  @Test
  void names_of_downloads_that_are_over_are_not_looked_up() throws Exception {
    var asked = new CountDownLatch(1);
    var answered = new CountDownLatch(1);
    var looked = new CopyOnWriteArrayList<String>();
    ImageFetcher.NameService slow =
        host -> {
          looked.add(host);
          asked.countDown();
          try {
            answered.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          return look(host);
        };
    var fetcher = new ImageFetcher(vertx, OPEN, LIMIT, lookups, slow, new HttpClientOptions());
    Promise<Void> end = Promise.promise();
    var first = fetcher.fetch("http://images.example.org/", downloads(LIMIT, MEMORY, end.future()));
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    var second =
        fetcher.fetch("http://inside.example.org/", downloads(LIMIT, MEMORY, end.future()));
    end.complete();
    assertThatThrownBy(first::await).isInstanceOf(ApiException.class);
    assertThatThrownBy(second::await).isInstanceOf(ApiException.class);

    answered.countDown();
    lookups.executeBlocking(() -> "whatever was waiting before", false).await();
    assertThat(looked).containsExactly("images.example.org");
  }

  @Test
  void a_redirect_is_checked_like_a_url() {
    assertThat(cause(OPEN, url("/file")))
        .isEqualTo(
            "Providing images via non https:// URL is not supported in this configuration of"
                + " `inference`.");
  }

  @Test
  void connects_to_the_address_that_was_checked_under_the_name_that_was_asked() {
    hosts.clear();
    assertThat(
            fetcher(OPEN)
                .fetch("http://images.example.org:" + port + "/image.jpg", downloads())
                .await()
                .bytes())
        .isEqualTo(IMAGE.getBytes());
    assertThat(hosts).containsExactly("images.example.org:" + port);
  }

  @Test
  void names_that_lead_inward_are_refused_whatever_else_they_lead_to() {
    var strict = new ImageUrls(true, true, false, Duration.ofSeconds(10));
    hosts.clear();
    for (String host : List.of("images.example.org", "mixed.example.org")) {
      assertThat(cause(strict, "http://" + host + ":" + port + "/image.jpg"))
          .isEqualTo("URL points to a network destination that is not allowed.");
    }
    assertThat(cause(strict, "http://unknown.example.org/")).isEqualTo(UNREACHABLE);
    assertThat(hosts).isEmpty();
  }

  @Test
  void fetches_over_tls_and_checks_the_name_on_the_certificate(@TempDir Path folder)
      throws Exception {
    PfxOptions key = certificate(folder, "images.example.org");
    int secure =
        vertx
            .createHttpServer(new HttpServerOptions().setSsl(true).setKeyCertOptions(key))
            .requestHandler(ImageFetcherTest::serve)
            .listen(0, "127.0.0.1")
            .await()
            .actualPort();
    var https = new ImageUrls(true, false, true, Duration.ofSeconds(10));
    var trusting = new HttpClientOptions().setTrustOptions(key);
    var fetcher = new ImageFetcher(vertx, https, LIMIT, lookups, ImageFetcherTest::look, trusting);
    assertThat(
            fetcher
                .fetch("https://images.example.org:" + secure + "/image.jpg", downloads())
                .await()
                .bytes())
        .isEqualTo(IMAGE.getBytes());
    assertThat(cause(fetcher, "https://mixed.example.org:" + secure + "/image.jpg"))
        .isEqualTo(UNREACHABLE);
    assertThat(cause(fetcher(https), "https://images.example.org:" + secure + "/image.jpg"))
        .isEqualTo(UNREACHABLE);
    fetcher.close();
  }

  @Test
  void names_with_an_underscore_are_checked_too(@TempDir Path folder) throws Exception {
    PfxOptions key = certificate(folder, "*.example.org");
    int secure =
        vertx
            .createHttpServer(new HttpServerOptions().setSsl(true).setKeyCertOptions(key))
            .requestHandler(ImageFetcherTest::serve)
            .listen(0, "127.0.0.1")
            .await()
            .actualPort();
    var https = new ImageUrls(true, false, true, Duration.ofSeconds(10));
    var trusting = new HttpClientOptions().setTrustOptions(key);
    var fetcher =
        new ImageFetcher(vertx, https, LIMIT, lookups, any -> look("images.example.org"), trusting);
    String there = ":" + secure + "/image.jpg";
    hosts.clear();
    assertThat(fetcher.fetch("https://my_images.example.org" + there, downloads()).await().bytes())
        .isEqualTo(IMAGE.getBytes());
    assertThat(hosts).containsExactly("my_images.example.org:" + secure);
    for (String other :
        List.of("my_images.example.net", "a.my_images.example.org", "a_.b.example.org")) {
      assertThat(cause(fetcher, "https://" + other + there)).as(other).isEqualTo(UNREACHABLE);
    }
    fetcher.close();
  }

  private static PfxOptions certificate(Path folder, String name) throws Exception {
    Path store = folder.resolve("key.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:" + name,
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .start();
    keytool.getInputStream().readAllBytes();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new PfxOptions().setPath(store.toString()).setPassword("changeit");
  }

  private static InetAddress[] look(String host) throws UnknownHostException {
    var loopback = InetAddress.getLoopbackAddress();
    var known =
        Map.of(
            "127.0.0.1",
            new InetAddress[] {loopback},
            "images.example.org",
            new InetAddress[] {loopback},
            "inside.example.org",
            new InetAddress[] {loopback},
            "mixed.example.org",
            new InetAddress[] {InetAddress.getByAddress(new byte[] {8, 8, 8, 8}), loopback});
    InetAddress[] addresses = known.get(host);
    if (addresses == null) {
      throw new UnknownHostException(host);
    }
    return addresses;
  }

  private static Downloads downloads() {
    return downloads(LIMIT);
  }

  private static Downloads downloads(long maxBytes) {
    return downloads(maxBytes, MEMORY, Promise.<Void>promise().future());
  }

  private static Downloads downloads(long maxBytes, long memory, Future<Void> end) {
    var control = new AdmissionControl(1, memory, Ticker.SYSTEM);
    return new Downloads(maxBytes, control.reservation(null), end, new Turns(vertx, 8));
  }

  private static String url(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  private static byte[] fetch(ImageUrls policy, String path) {
    return fetcher(policy).fetch(url(path), downloads()).await().bytes();
  }

  private static ImageFetcher fetcher(ImageUrls policy) {
    return new ImageFetcher(
        vertx, policy, LIMIT, lookups, ImageFetcherTest::look, new HttpClientOptions());
  }

  private static String cause(ImageUrls policy, String url) {
    return cause(fetcher(policy), url);
  }

  private static String cause(ImageFetcher fetcher, String url) {
    var refused =
        catchThrowableOfType(ApiException.class, () -> fetcher.fetch(url, downloads()).await());
    assertThat(refused.answer().status()).isEqualTo(400);
    String message = new JsonObject(refused.answer().body()).getString("message");
    assertThat(message).startsWith("Could not load input image. Cause: ");
    return message.substring("Could not load input image. Cause: ".length());
  }
}
