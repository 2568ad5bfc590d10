package dev.penstock.router.api.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.config.RouterConfig.ImageUrls;
import dev.penstock.router.admission.AdmissionControl;
import dev.penstock.router.api.exchange.ApiException;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpClientOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Image servers of the world, byte for byte. */
@Timeout(60)
final class ServersAsTheyAreTest {
  private static final int LIMIT = 1_000_000;
  private static final byte[] IMAGE = "an image, or near enough".getBytes(UTF_8);
  private static final String LENGTH = "Content-Length: " + IMAGE.length;
  private static final ImageUrls OPEN = new ImageUrls(true, true, true, Duration.ofSeconds(10));

  private final Vertx vertx = Vertx.vertx();
  private final WorkerExecutor lookups = vertx.createSharedWorkerExecutor("test-lookup", 4);
  private final List<String> looked = new CopyOnWriteArrayList<>();
  private final RawServer server = new RawServer("127.0.0.1");
  private InetAddress[] addresses;

  @BeforeEach
  void start() throws Exception {
    addresses = InetAddress.getAllByName("127.0.0.1");
  }

  @AfterEach
  void stop() {
    server.close();
    vertx.close().await();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\n%s",
        "HTTP/1.1 200\n%s",
        "HTTP/1.1 200 OK\n%s\n%s",
        "HTTP/1.1 200 OK\nContent-Length: 24, 24",
        "HTTP/1.1 200 OK\nConnection: close",
        "HTTP/1.0 200 OK",
        "HTTP/1.0 200 OK\nContent-Type: image/png\n%s",
        "HTTP/1.1 200 OK\nContent-Type: text/html\n%s",
        "HTTP/1.1 203 Non-Authoritative\n%s",
        "HTTP/1.1 206 Partial Content\nContent-Range: bytes 0-23/24\n%s",
        "HTTP/1.1 200 OK\nContent-Encoding: identity\n%s",
        "HTTP/1.1 200 OK\nContent-Encoding:\n%s",
      })
  void is_read_however_it_is_framed(String head) {
    server.answer("/a", head.replace("%s", LENGTH), IMAGE);
    assertThat(fetch("http://images.example.org:%d/a")).isEqualTo(IMAGE);
  }

  @Test
  void chunks_with_extensions_and_trailers_are_put_together() {
    String chunked = "5;x=y\r\nan im\r\n13\r\nage, or near enough\r\n0\r\nX-Trailer: t\r\n\r\n";
    server.answer("/a", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked", chunked.getBytes(UTF_8));
    assertThat(fetch("http://images.example.org:%d/a")).isEqualTo(IMAGE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 9_000, 60_000, 120_000})
  void long_headers_do_not_matter(int length) {
    server.answer(
        "/a", "HTTP/1.1 200 OK\nSet-Cookie: a=" + "b".repeat(length) + "\n" + LENGTH, IMAGE);
    assertThat(fetch("http://images.example.org:%d/a")).isEqualTo(IMAGE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\nContent-Length: 24\nContent-Length: 25",
        "HTTP/1.1 200 OK\nContent-Length: 24, 25",
        "HTTP/1.1 200 OK\nContent-Length: -1",
        "HTTP/1.1 200 OK\nContent-Length: 2000",
        "HTTP/1.1 200 OK\nTransfer-Encoding: chunked",
        "HTTP/1.1 404 Not Found\n%s",
        "HTTP/1.1 500 No\n%s",
        "HTTP/1.1 304 Not Modified\nLocation: /b",
        "HTTP/1.1 301 Moved\n%s",
        "ICY 200 OK\n%s",
      })
  void what_is_broken_or_no_image_is_said_in_the_reference_s_words(String head) {
    server.answer("/a", head.replace("%s", LENGTH), IMAGE);
    assertThat(cause("http://images.example.org:%d/a"))
        .isEqualTo("Data pointed by URL could not be decoded into image.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 204 No Content",
        "HTTP/1.1 200 OK\nContent-Length: 0",
        "HTTP/1.1 200 OK\nConnection: close",
      })
  void nothing_is_no_image(String head) {
    server.answer("/a", head, new byte[0]);
    assertThat(cause("http://images.example.org:%d/a")).isEqualTo("Data is not image.");
  }

  @Test
  void headers_without_end_are_not_kept() {
    server.answer("/a", "HTTP/1.1 200 OK\nSet-Cookie: a=" + "b".repeat(300_000), IMAGE);
    assertThat(cause("http://images.example.org:%d/a")).contains("could not be decoded");
  }

  @ParameterizedTest
  @CsvSource({
    "gzip, gzip",
    "GZip, gzip",
    "x-gzip, gzip",
    "deflate, zlib",
    "deflate, raw",
    "'gzip, identity', gzip"
  })
  void compression_that_nobody_asked_for_is_undone(String coding, String how) {
    byte[] packed = pack(how, IMAGE);
    server.answer("/a", head(coding, packed), packed);
    assertThat(fetch("http://images.example.org:%d/a")).isEqualTo(IMAGE);
  }

  @Test
  void compression_upon_compression_too() {
    byte[] packed = pack("gzip", pack("zlib", IMAGE));
    server.answer("/a", head("deflate\nContent-Encoding: gzip", packed), packed);
    assertThat(fetch("http://images.example.org:%d/a")).isEqualTo(IMAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "zstd", "compress", "gzip, br", "gzip, gzip, gzip", "x"})
  void what_cannot_be_undone_is_named(String coding) {
    server.answer("/a", head(coding, IMAGE), IMAGE);
    assertThat(cause("http://images.example.org:%d/a"))
        .startsWith("Data pointed by URL is compressed ('" + coding + "')");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, -1})
  void compressed_data_that_is_cut_off_or_none_is_no_image(int cut) {
    byte[] whole = pack("gzip", new byte[5_000]);
    byte[] packed = cut < 0 ? IMAGE : java.util.Arrays.copyOf(whole, whole.length - 1 - cut);
    server.answer("/a", head("gzip", packed), packed);
    assertThat(cause("http://images.example.org:%d/a")).contains("could not be decoded");
  }

  @Test
  void little_that_becomes_much_ends_at_the_limit() {
    byte[] bomb = pack("gzip", new byte[50 * LIMIT]);
    assertThat(bomb.length).isLessThan(LIMIT / 10);
    server.answer("/a", head("gzip", bomb), bomb);
    assertThat(cause("http://images.example.org:%d/a")).contains("larger than the limit");
  }

  @Test
  void asks_as_image_servers_expect_it() {
    server.answer("/a%20%C3%BC%7C?q=%5B1%5D", "HTTP/1.1 200 OK\n" + LENGTH, IMAGE);
    assertThat(fetch("http://us%%40er:se:cret@my_Bücher.example.org.:%d/b/../a ü|?q=[1]#top"))
        .isEqualTo(IMAGE);
    assertThat(looked).containsExactly("xn--my_bcher-95a.example.org.");
    List<String> head = server.heads.get(0);
    assertThat(head.get(0)).isEqualTo("GET /a%20%C3%BC%7C?q=%5B1%5D HTTP/1.1");
    assertThat(head.stream().map(line -> line.toLowerCase(java.util.Locale.ROOT)))
        .contains("host: xn--my_bcher-95a.example.org:" + server.port())
        .anyMatch(line -> line.startsWith("accept: image/jpeg,"))
        .contains("accept-encoding: identity");
    assertThat(
            head.stream()
                .filter(
                    line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("authorization")))
        .singleElement()
        .asString()
        .endsWith(
            "Basic "
                + java.util.Base64.getEncoder().encodeToString("us@er:se:cret".getBytes(UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/b",
        "b",
        "./x/../b",
        "?x=y",
        "//images.example.org:%d/b",
        "HTTP://images.example.org:%d/b",
        "http://user@other.example.org:%d/b#top",
        "/b c/ü|",
      })
  void redirects_are_followed_however_they_are_written(String location) {
    String answer = "HTTP/1.1 %s\nLocation: " + location.formatted(server.port());
    for (String status : List.of("301 M", "302 F", "303 S", "307 T", "308 P")) {
      server.answer("/a", answer.formatted(status) + "\nContent-Length: 0", new byte[0]);
      for (String target : List.of("/b", "/a?x=y", "/b%20c/%C3%BC%7C")) {
        server.answer(target, "HTTP/1.1 200 OK\n" + LENGTH, IMAGE);
      }
      assertThat(fetch("http://images.example.org:%d/a")).as(status).isEqualTo(IMAGE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://[::1]:%d/b",
        "http://[::ffff:127.0.0.1]:%d/b",
        "http://[64:ff9b::7f00:1]:%d/b",
        "http://127.0.0.1:%d/b",
        "http://2130706433:%d/b",
        "//0x7f.1:%d/b",
        "//0:%d/b",
        "//inward.example.org:%d/b",
        "//0x7f.0x0.0x0.0x1:%d/b",
        "//127.1:%d/b",
        "//localhost:%d/b",
      })
  void no_redirect_leads_inward(String location) throws Exception {
    InetAddress outside = InetAddress.getByAddress(new byte[] {8, 8, 8, 8});
    Map<String, InetAddress> names =
        Map.of("images.example.org", outside, "inward.example.org", addresses[0]);
    var strict = new ImageUrls(true, true, false, Duration.ofSeconds(10));
    ImageUrl url = ImageUrl.of("http://images.example.org/a", strict);
    try {
      ImageUrl next = url.redirected(location.formatted(server.port()), strict);
      ImageFetcher.NameService inward =
          host -> {
            InetAddress named = names.get(host);
            return named == null ? InetAddress.getAllByName(host) : new InetAddress[] {named};
          };
      var fetcher =
          new ImageFetcher(vertx, strict, LIMIT, lookups, inward, new HttpClientOptions());
      String there = "http://" + next.host().lookup() + ":" + next.port() + "/b";
      var refused =
          catchThrowableOfType(ApiException.class, () -> fetcher.fetch(there, downloads()).await());
      assertThat(refused.answer().body().toString()).contains("not allowed");
    } catch (ApiException refused) {
      assertThat(refused.answer().body().toString()).contains("FQDN");
    }
    assertThat(server.heads).isEmpty();
  }

  /** As Java returns it: the address knows the name it was found by. */
  @Test
  void the_address_that_was_checked_is_the_one_that_is_asked() throws Exception {
    server.answer("/a", "HTTP/1.1 200 OK\n" + LENGTH, IMAGE);
    addresses =
        new InetAddress[] {
          InetAddress.getByAddress("images.example.invalid", new byte[] {127, 0, 0, 1})
        };
    assertThat(fetch("http://images.example.invalid:%d/a")).isEqualTo(IMAGE);
  }

  @Test
  void an_address_of_version_six_is_one() throws Exception {
    InetAddress loopback = InetAddress.getAllByName("::1")[0];
    try (var six = new RawServer("::1")) {
      six.answer("/a", "HTTP/1.1 200 OK\n" + LENGTH, IMAGE);
      addresses = new InetAddress[] {loopback};
      assertThat(fetch("http://[::1]:" + six.port() + "/a")).isEqualTo(IMAGE);
      assertThat(fetch("http://six.example.org:" + six.port() + "/a")).isEqualTo(IMAGE);
      assertThat(looked).containsExactly("::1", "six.example.org");
      assertThat(six.heads.get(0)).anyMatch(line -> line.endsWith(" [::1]:" + six.port()));
    }
  }

  @Test
  void when_the_first_address_refuses_the_second_is_asked() throws Exception {
    server.answer("/a", "HTTP/1.1 200 OK\n" + LENGTH, IMAGE);
    InetAddress dead = InetAddress.getAllByName("127.0.0.2")[0];
    addresses = new InetAddress[] {dead, addresses[0]};
    assertThat(fetch("http://images.example.org:%d/a")).isEqualTo(IMAGE);
    addresses = new InetAddress[] {dead, dead, dead, dead, addresses[1]};
    assertThat(cause("http://images.example.org:%d/a"))
        .as("the first few are tried")
        .contains("could not be decoded");
  }

  private static String head(String coding, byte[] body) {
    return "HTTP/1.1 200 OK\nContent-Encoding: " + coding + "\nContent-Length: " + body.length;
  }

  private static byte[] pack(String how, byte[] bytes) {
    var packed = new ByteArrayOutputStream();
    try (OutputStream out =
        switch (how) {
          case "gzip" -> new GZIPOutputStream(packed);
          case "zlib" -> new DeflaterOutputStream(packed);
          default -> new DeflaterOutputStream(packed, new Deflater(9, true));
        }) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private InetAddress[] look(String host) throws UnknownHostException {
    looked.add(host);
    return addresses;
  }

  private byte[] fetch(String url) {
    var fetcher =
        new ImageFetcher(vertx, OPEN, LIMIT, lookups, this::look, new HttpClientOptions());
    Downloads downloads = downloads();
    Fetched fetched = fetcher.fetch(url.formatted(server.port()), downloads).await();
    return fetched.plain() ? fetched.bytes() : fetched.unpacked(downloads);
  }

  private Downloads downloads() {
    var control = new AdmissionControl(1, 10L * LIMIT, Ticker.SYSTEM);
    return new Downloads(
        LIMIT, control.reservation(null), Promise.<Void>promise().future(), new Turns(vertx, 8));
  }

  private String cause(String url) {
    var refused = catchThrowableOfType(ApiException.class, () -> fetch(url));
    assertThat(refused.answer().status()).isEqualTo(400);
    String message =
        new io.vertx.core.json.JsonObject(refused.answer().body()).getString("message");
    return message.substring("Could not load input image. Cause: ".length());
  }
}
