package dev.penstock.router.api;

import static dev.penstock.router.api.TestApi.BASE64;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.router.dispatch.FakeTicker;
import dev.penstock.router.dispatch.InferenceOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that ask nothing, and such that never come to the point. */
@Timeout(60)
final class QuietConnectionTest {
  private static final int MOST = 8;
  private static final long JUST_BELOW_MILLIS = 74_000;
  private static final long BEYOND_MILLIS = 2_000;

  private final FakeTicker ticker = new FakeTicker();
  private TestApi api;

  @BeforeEach
  void start() {
    var settings = new TestApi.Settings();
    settings.ticker = ticker;
    settings.maxConnections = MOST;
    settings.timeout = Duration.ofSeconds(30);
    api = new TestApi(settings);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void a_connection_that_asks_nothing_is_closed_after_a_while() {
    try (RawClient client = api.raw()) {
      assertThat(opened(client)).isEqualTo(200);
      ticker.advanceMillis(JUST_BELOW_MILLIS);
      assertThat(opened(client)).describedAs("still open").isEqualTo(200);
      ticker.advanceMillis(JUST_BELOW_MILLIS + BEYOND_MILLIS);

      assertThat(client.ended()).isTrue();
    }
  }

  private static int opened(RawClient client) {
    return client.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").read().status();
  }

  @Test
  void a_head_that_comes_byte_by_byte_does_not_keep_its_connection_open() {
    try (RawClient client = api.raw()) {
      opened(client);
      client.send("GET /healthz HTTP/1.1\r\nHost: a\r\n");
      for (int i = 0; i < 38; i++) {
        client.send("X-Slow-" + i + ": loris\r\n");
        ticker.advanceMillis(BEYOND_MILLIS);
      }
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void a_first_head_that_never_ends_is_no_better() {
    try (RawClient client = api.raw()) {
      client.send("GET /healthz HTT");
      awaitConnections(1);
      ticker.advanceMillis(JUST_BELOW_MILLIS + BEYOND_MILLIS);

      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void a_request_in_progress_keeps_its_connection_open() throws Exception {
    var listening = new java.util.concurrent.LinkedBlockingQueue<Runnable>();
    api.dispatcher.behaviour =
        (request, listener) -> {
          var report = api.dispatcher.report(request);
          listening.add(
              () ->
                  listener.accept(
                      new InferenceOutcome(
                          new InferenceOutcome.Expired("late"), List.of(report), 0)));
          return (dev.penstock.router.dispatch.Admission.Admitted) () -> {};
        };
    try (RawClient client = api.raw();
        RawClient other = api.raw()) {
      client.send(RawClient.head("POST /coco/1", "Content-Length: " + BASE64.length()) + BASE64);
      Runnable answer = listening.poll(10, TimeUnit.SECONDS);
      opened(other);
      ticker.advanceMillis(JUST_BELOW_MILLIS + BEYOND_MILLIS);
      assertThat(other.ended()).describedAs("a quiet one is closed meanwhile").isTrue();
      java.util.Objects.requireNonNull(answer).run();

      assertThat(client.read().status()).isEqualTo(504);
    }
  }

  @Test
  void one_connection_too_many_is_closed_unread_and_there_is_room_when_others_leave() {
    var clients = new ArrayList<RawClient>();
    for (int i = 0; i < MOST; i++) {
      clients.add(api.raw());
      assertThat(opened(clients.get(i))).isEqualTo(200);
    }
    try (RawClient tooMuch = api.raw()) {
      assertThat(tooMuch.ended()).isTrue();
    }
    assertThat(opened(clients.get(0))).describedAs("the others go on").isEqualTo(200);

    clients.remove(0).close();
    awaitConnections(MOST - 1);
    try (RawClient next = api.raw()) {
      assertThat(opened(next)).isEqualTo(200);
    }
    clients.forEach(RawClient::close);
  }

  @Test
  void a_drain_knows_whether_connections_of_before_are_still_used() {
    Duration shortly = Duration.ofSeconds(1);
    try (RawClient first = api.raw();
        RawClient second = api.raw()) {
      opened(first);
      opened(second);
      api.api.drain();
      api.api.watchUse();
      assertThat(api.api.isStillUsed(shortly)).isTrue();
      ticker.advanceMillis(BEYOND_MILLIS);
      assertThat(api.api.isStillUsed(shortly)).describedAs("nobody asks").isFalse();

      opened(first);
      assertThat(api.api.isStillUsed(shortly)).describedAs("the second is left").isTrue();
      ticker.advanceMillis(BEYOND_MILLIS);
      try (RawClient late = api.raw()) {
        opened(late);
      }
      assertThat(api.api.isStillUsed(shortly)).describedAs("one of after does not count").isFalse();

      opened(second);
      awaitConnections(0);
      assertThat(api.api.isStillUsed(shortly)).describedAs("none is left").isFalse();
    }
  }

  @Test
  void connections_are_counted() {
    try (RawClient client = api.raw();
        RawClient other = api.raw()) {
      opened(client);
      opened(other);
      assertThat(metric("penstock_connections ")).isBetween(2, 3);
      assertThat(metric("penstock_connections_refused_total ")).isZero();
    }
  }

  private int metric(String name) {
    return api.get("/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToInt(line -> (int) Double.parseDouble(line.substring(name.length())))
        .findFirst()
        .orElse(-1);
  }

  private void awaitConnections(int expected) {
    while (api.api.connections() != expected) {
      Thread.onSpinWait();
    }
  }
}
