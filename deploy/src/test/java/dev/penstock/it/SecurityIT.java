package dev.penstock.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Await;
import dev.penstock.it.kit.Client;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.HeapUse;
import dev.penstock.it.kit.Listening;
import dev.penstock.it.kit.Listening.Door;
import dev.penstock.it.kit.PenstockProcess;
import dev.penstock.it.kit.Picture;
import dev.penstock.it.kit.RawConnection;
import dev.penstock.it.kit.RouterProcess;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/security.md says was tried, tried again: a router and a worker, and bad clients. */
final class SecurityIT {
  private static final int MOST_CONNECTIONS = 11_000;
  private static final int BODY_LIMIT = 1_000_000;

  /** Of the heap, for each idle connection: some objects of Netty and Vert.x. */
  private static final long BYTES_PER_CONNECTION = 12_000;

  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static RouterProcess router;
  private static PenstockProcess worker;
  private static Client client;

  @BeforeAll
  static void start() {
    router =
        CLUSTER.router(
            "--max-connections",
            Integer.toString(MOST_CONNECTIONS),
            "--max-body",
            Integer.toString(BODY_LIMIT));
    worker = CLUSTER.worker("w1", router, "--device", "cpu");
    worker.awaitReady();
    client = router.client();
  }

  @Test
  void listens_where_it_says_on_the_address_it_was_given_and_nowhere_else() {
    assertThat(Listening.of(router.process()))
        .containsExactlyInAnyOrder(
            new Door(router.url().getPort(), true),
            new Door(router.internal().port(), true),
            new Door(router.cluster().port(), true));
    assertThat(Listening.of(worker)).isEmpty();
  }

  @Test
  void the_public_port_gives_nothing_that_is_internal() {
    for (String path : List.of("/claims", "/results", "/control", "/packages/x/weights.onnx")) {
      assertThat(client.get(path).status()).describedAs(path).isIn(404, 405, 503);
      assertThat(client.post(path, "{}").status()).describedAs(path).isIn(404, 405, 503);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Request-ID: a\r\n X-Injected: folded\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Request-ID: a\rX-Injected: yes\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Request-ID: a%0d%0aX-Injected: yes\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Request-ID: a\u0000X-Injected: yes\r\n\r\n",
        "GET /coco%0d%0aX-Injected:%20yes/1?api_key=any HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /coco/1%0d%0aX-Injected:%20yes?api_key=any HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /coco/1?api_key=any&image=http%3A%2F%2Fa%0d%0aX-Injected:%20yes HTTP/1.1\r\nHost:"
            + " a\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nOrigin: http://a\rX-Injected: yes\r\n\r\n",
      })
  void nothing_a_client_says_becomes_a_header(String request) {
    String head = heard(request).split("\r\n\r\n", 2)[0];

    assertThat(head.lines()).noneMatch(line -> line.startsWith("X-Injected"));
    assertThat(head).doesNotContain("\rX-").doesNotContain("\u0000");
  }

  /** Two requests to one who reads it one way, one request to one who reads it the other way. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 6\r\nContent-Length: 5\r\n",
        "Content-Length: 6, 5\r\n",
        "Content-Length: +6\r\n",
        "Content-Length: 0x6\r\n",
        "Content-Length: -1\r\n",
        "Content-Length : 6\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        " Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n",
      })
  void a_body_whose_end_is_ambiguous_smuggles_no_second_request(String framing) {
    String smuggled = "GET /healthz HTTP/1.1\r\nHost: smuggled\r\nX-Request-ID: smuggled\r\n\r\n";
    String heard =
        heard("POST /nothing HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n0\r\n\r\nX" + smuggled);

    assertThat(heard).doesNotContain("X-Request-ID: smuggled");
    assertThat(RawConnection.answers(heard)).isLessThanOrEqualTo(2);
  }

  private static String heard(String text) {
    try (var connection = new RawConnection(router.url())) {
      connection.say(text);
      return text.contains("Connection: close") ? connection.hear() : connection.endAndHear();
    }
  }

  @Test
  void a_body_without_end_is_cut_off_soon_after_its_limit() {
    try (var connection = new RawConnection(router.url())) {
      connection.say(
          """
          POST /coco/1?api_key=any HTTP/1.1\r
          Host: a\r
          Content-Type: text/plain\r
          Transfer-Encoding: chunked\r
          \r
          """);
      byte[] chunk =
          ("10000\r\n" + "A".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.US_ASCII);

      // What it does not take in is in the buffers of both ends.
      assertThat(connection.sayUntilCut(chunk, 100L * BODY_LIMIT)).isLessThan(30L * BODY_LIMIT);
    }
    assertServing();
  }

  @Test
  void a_compressed_body_is_not_unpacked() throws Exception {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      for (int i = 0; i < 500; i++) {
        gzip.write(new byte[BODY_LIMIT]);
      }
    }
    assertThat(packed.size()).describedAs("of hundreds of megabytes").isLessThan(BODY_LIMIT);
    String heard =
        heard(
            "POST /coco/1?api_key=any HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\n"
                + "Content-Type: application/octet-stream\r\nConnection: close\r\nContent-Length: "
                + packed.size()
                + "\r\n\r\n"
                + packed.toString(StandardCharsets.ISO_8859_1));

    assertThat(heard).startsWith("HTTP/1.1 400 ");
    assertServing();
  }

  @Test
  void a_small_file_of_a_huge_picture_is_refused_unpacked() throws Exception {
    Answer answer =
        Client.result(
            client.detecting(Client.MODEL, Base64.getEncoder().encodeToString(hugePng())));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).startsWith("Could not load input image");
    assertServing();
  }

  /** 60,000 by 60,000 pixels in some kilobytes, of which the first rows are there. */
  private static byte[] hugePng() throws IOException {
    var header = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(header)) {
      out.writeInt(60_000);
      out.writeInt(60_000);
      out.write(new byte[] {8, 2, 0, 0, 0});
    }
    var pixels = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(pixels)) {
      deflater.write(new byte[1_000_000]);
    }
    var png = new ByteArrayOutputStream();
    png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    chunk(png, "IHDR", header.toByteArray());
    chunk(png, "IDAT", pixels.toByteArray());
    chunk(png, "IEND", new byte[0]);
    return png.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream png, String type, byte[] content)
      throws IOException {
    var checked = new ByteArrayOutputStream();
    checked.write(type.getBytes(StandardCharsets.US_ASCII));
    checked.write(content);
    var crc = new CRC32();
    crc.update(checked.toByteArray());
    var out = new DataOutputStream(png);
    out.writeInt(content.length);
    out.write(checked.toByteArray());
    out.writeInt((int) crc.getValue());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../../etc/passwd",
        "/..%2f..%2fetc/passwd",
        "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/coco/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/coco/%2fetc%2fpasswd",
        "/coco/1%00.onnx",
        "/....//....//etc/passwd",
        "/..\\..\\etc/passwd"
      })
  void a_model_id_is_no_path(String path) {
    String heard =
        heard(
            "GET "
                + path
                + "?api_key=any&image=x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

    assertThat(heard).matches("(?s)HTTP/1\\.1 4\\d\\d .*").doesNotContain("root:");
    Answer added =
        client.post(
            "/model/add",
            "{\"model_id\": \"" + path.replace("\\", "\\\\") + "\", \"api_key\": \"any\"}");
    assertThat(added.status()).isBetween(400, 499);
    assertThat(added.body()).doesNotContain("root:");
  }

  @Test
  void ten_thousand_idle_connections_cost_little_and_others_are_served() throws Exception {
    var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    int count = (int) Math.min(10_000, system.getMaxFileDescriptorCount() - 1_500);
    assumeThat(count).describedAs("files this process may open").isGreaterThan(1_000);
    assertServing();
    long before = HeapUse.liveBytes(router.process());
    URI url = router.url();
    var idle = new ArrayList<SocketChannel>();
    try {
      for (int i = 0; i < count; i++) {
        idle.add(SocketChannel.open(new InetSocketAddress(url.getHost(), url.getPort())));
      }
      Await.until("all are taken", Duration.ofSeconds(60), () -> connections() >= count);

      assertServing();
      assertThat(HeapUse.liveBytes(router.process()) - before)
          .describedAs("live heap for %s connections", count)
          .isLessThan(count * BYTES_PER_CONNECTION);
    } finally {
      for (SocketChannel connection : idle) {
        connection.close();
      }
    }
    Await.until("all are gone", Duration.ofSeconds(60), () -> connections() < 100);
    assertServing();
    assertThat(HeapUse.liveBytes(router.process()) - before)
        .describedAs("what is left of them")
        .isLessThan(count * BYTES_PER_CONNECTION / 10);
  }

  private static int connections() {
    return client
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("penstock_connections "))
        .mapToInt(line -> (int) Double.parseDouble(line.split(" ")[1]))
        .findFirst()
        .orElse(-1);
  }

  private static void assertServing() {
    Answer answer = client.detect(Picture.ROCKET);
    assertThat(answer.status()).describedAs(answer.body()).isEqualTo(200);
  }
}
