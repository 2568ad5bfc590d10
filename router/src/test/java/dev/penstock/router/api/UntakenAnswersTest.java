package dev.penstock.router.api;

import static dev.penstock.router.api.TestApi.BASE64;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.router.admission.Devices;
import dev.penstock.router.api.connection.UntakenAnswers;
import dev.penstock.router.dispatch.FakeTicker;
import dev.penstock.telemetry.Ticker;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that do not read what they asked for. */
@Timeout(60)
final class UntakenAnswersTest {
  private static final Logger LOGGER = Logger.getLogger(UntakenAnswers.class.getName());
  private static final int PICTURE = 10_000_000;

  /** What the buffers of two sockets may hold of it. */
  private static final int IN_KERNELS = 2_000_000;

  private static final long STILL_MILLIS = UntakenAnswers.STILL.toMillis();

  private final List<String> logged = new CopyOnWriteArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          logged.add(new java.util.logging.SimpleFormatter().formatMessage(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
  private final FakeTicker ticker = new FakeTicker();
  private final TestApi.Settings settings = new TestApi.Settings();
  private final List<AutoCloseable> clients = new ArrayList<>();
  private TestApi api;

  @BeforeEach
  void start() {
    LOGGER.addHandler(handler);
    settings.ticker = ticker;
    settings.maxBytes = 400_000_000;
    api = new TestApi(settings);
    api.dispatcher.answers(FakeDispatcher.EMPTY, new byte[PICTURE]);
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable client : clients) {
      client.close();
    }
    api.close();
    LOGGER.removeHandler(handler);
  }

  private static String ask(String query) {
    return "POST /coco/1"
        + query
        + " HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: "
        + BASE64.length()
        + "\r\n\r\n"
        + BASE64;
  }

  private SlowClient client() {
    var client = new SlowClient(api.port, 16 << 10);
    clients.add(client);
    return client;
  }

  private SlowClient asking() {
    return client().send(ask("?format=image"));
  }

  private TestApi.Reply picture() {
    return api.post("/coco/1?format=image", BASE64, "Content-Type", "text/plain");
  }

  private long held() {
    return api.admission.status(new Devices(1, false)).bytes();
  }

  private static void await(BooleanSupplier condition) {
    long deadline = Ticker.SYSTEM.nanos() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(Ticker.SYSTEM.nanos()).describedAs("in time").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  /** In which the router looks once at least. */
  private static void passSeconds(int seconds) {
    long until = Ticker.SYSTEM.nanos() + TimeUnit.SECONDS.toNanos(seconds);
    await(() -> Ticker.SYSTEM.nanos() > until);
  }

  @Test
  void an_answer_takes_memory_until_it_was_read() {
    SlowClient client = asking();
    await(() -> held() == PICTURE);
    assertThat(client.read(PICTURE)).isEqualTo(PICTURE);
    client.read(300);
    await(() -> held() == 0);

    assertThat(api.get("/metrics").text()).contains("penstock_answers_broken_off_total 0.0");
  }

  @Test
  void who_reads_nothing_is_closed_and_others_have_their_answers_whole() {
    int many = 25;
    var silent = new ArrayList<SlowClient>();
    for (int i = 0; i < many; i++) {
      silent.add(asking());
    }
    await(() -> held() == (long) many * PICTURE);
    assertThat(picture().http.body()).hasSize(PICTURE);
    ticker.advanceMillis(STILL_MILLIS - 1);
    assertThat(picture().http.body()).hasSize(PICTURE);
    await(() -> held() == (long) many * PICTURE);
    ticker.advanceMillis(1);

    await(() -> held() == 0);
    silent.forEach(client -> assertThat(client.readAll()).isLessThan(IN_KERNELS));
    assertThat(picture().http.body()).hasSize(PICTURE);
    assertThat(logged)
        .singleElement()
        .asString()
        .contains("of the 10000000 bytes of its answer in 30 s");
  }

  @Test
  void unread_answers_take_no_memory_of_the_network() {
    long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    long unpooled = io.netty.util.internal.PlatformDependent.usedDirectMemory();
    int many = 10;
    for (int i = 0; i < many; i++) {
      asking();
    }
    await(() -> held() == (long) many * PICTURE);
    api.get("/healthz");

    assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before)
        .isLessThan(5 * PICTURE);
    assertThat(io.netty.util.internal.PlatformDependent.usedDirectMemory() - unpooled)
        .isLessThan(5 * PICTURE);
  }

  @Test
  void who_reads_steadily_has_all_of_it_however_long_that_takes() {
    var client = new SlowClient(api.port, 128 << 10).send(ask("?format=image"));
    clients.add(client);
    await(() -> held() == PICTURE);
    int each = (int) (UntakenAnswers.LEAST_RATE * 5 / 4) * 5;
    for (int left = PICTURE; left > 0; left -= each) {
      assertThat(client.read(Math.min(each, left))).isPositive();
      ticker.advanceMillis(5_000);
      api.get("/healthz");
    }
    client.read(300);
    await(() -> held() == 0);

    assertThat(logged).isEmpty();
  }

  /** A train in a tunnel, a proxy whose own client has stopped. */
  @Test
  void who_pauses_for_some_seconds_now_and_then_has_all_of_it() {
    SlowClient client = asking();
    await(() -> held() == PICTURE);
    for (int pause = 0; pause < 3; pause++) {
      ticker.advanceMillis(20_000);
      passSeconds(2);
      assertThat(client.read(3_000_000)).isEqualTo(3_000_000);
      api.get("/healthz");
    }
    assertThat(client.read(PICTURE - 3 * 3_000_000)).isEqualTo(PICTURE - 3 * 3_000_000);
    client.read(300);
    await(() -> held() == 0);

    assertThat(logged).isEmpty();
  }

  @Test
  void who_reads_a_little_now_and_then_is_closed() {
    SlowClient client = asking();
    await(() -> held() == PICTURE);
    int rounds = 0;
    while (held() > 0) {
      client.read(100_000);
      ticker.advanceMillis(STILL_MILLIS - 1_000);
      passSeconds(2);
      rounds++;
    }
    assertThat(rounds).isLessThan(30);
    assertThat(client.readAll()).isLessThan(PICTURE);
  }

  @Test
  void when_unread_answers_fill_the_memory_large_ones_are_refused_and_small_ones_are_not() {
    api.close();
    settings.maxBytes = 2 * PICTURE;
    api = new TestApi(settings);
    api.dispatcher.answers(FakeDispatcher.EMPTY, new byte[PICTURE]);
    asking();
    asking();
    await(() -> held() == 2 * PICTURE);

    TestApi.Reply refused = picture();
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).isNotEmpty();
    assertThat(refused.message()).contains("memory");
    ticker.advanceMillis(STILL_MILLIS);
    await(() -> held() == 0);
    assertThat(picture().http.body()).hasSize(PICTURE);
  }

  @Test
  void an_answer_larger_than_the_bound_goes_when_it_is_alone() {
    api.close();
    settings.maxBytes = 400_000;
    api = new TestApi(settings);
    api.dispatcher.answers(FakeDispatcher.EMPTY, new byte[PICTURE]);

    assertThat(picture().http.body()).hasSize(PICTURE);
  }

  @Test
  void a_client_that_leaves_takes_its_answer_with_it() {
    SlowClient client = asking();
    await(() -> held() == PICTURE);
    client.close();

    await(() -> held() == 0);
    assertThat(logged).isEmpty();
  }

  @Test
  void requests_sent_one_behind_the_other_hold_no_more_than_a_few_answers() {
    String head = "GET /status HTTP/1.1\r\nHost: a\r\n\r\n";
    SlowClient client = client();
    var sender =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < 10_000; i++) {
                  client.send(head.repeat(500));
                }
              } catch (java.io.UncheckedIOException closed) {
                logged.add("closed");
              }
            });
    sender.start();
    await(() -> held() > 0);
    passSeconds(2);
    assertThat(held()).isLessThan(1_000_000);
    ticker.advanceMillis(STILL_MILLIS);
    await(() -> logged.contains("closed"));

    await(() -> held() == 0);
  }

  @Test
  void an_answer_is_whole_though_its_router_leaves_meanwhile() throws Exception {
    SlowClient client = asking();
    await(() -> held() == PICTURE);
    var left = api.api.shutdown(java.time.Duration.ofSeconds(30));

    assertThat(client.readAll()).isGreaterThan(PICTURE);
    left.await(10, TimeUnit.SECONDS);
  }
}
