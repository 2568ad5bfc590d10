package dev.penstock.router.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.config.RouterConfig;
import dev.penstock.telemetry.Ticker;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Sends requests that are almost right for a while. Set {@code penstock.fuzz.seed} to repeat a run
 * and {@code penstock.fuzz.seconds} for a longer one.
 */
final class RequestFuzzTest {
  /** What gives away that an exception's own words were answered. */
  static final Pattern JAVA =
      Pattern.compile(
          "\\b(?:java|javax|jdk|sun|io|com|org)\\.[a-z]\\w*\\.|[A-Z]\\w*Exception\\b|out of bounds"
              + "|\\(null\\)|\\bis null\\b|For input string|cannot be cast|\\[Source:|@[0-9a-f]{6,8}\\b"
              + "|\\bnull\\b(?=[^,}\\]]*\"})");

  private static final int SEED_BITS = 31;

  private final long seed =
      Long.getLong(
          "penstock.fuzz.seed", new SplittableRandom().nextLong() >>> (Long.SIZE - SEED_BITS));
  private final Duration length =
      Duration.ofSeconds(Integer.getInteger("penstock.fuzz.seconds", 3));

  @Test
  void every_request_is_answered_and_none_is_a_defect_of_the_server() {
    System.getLogger(RequestFuzzTest.class.getName())
        .log(System.Logger.Level.INFO, "-Dpenstock.fuzz.seed={0}", Long.toString(seed));
    var settings = new TestApi.Settings();
    settings.urls = new RouterConfig.ImageUrls(true, false, false, Duration.ofSeconds(1));
    settings.form = RouterConfig.AccessLog.OFF;
    var mutator = new RequestMutator(seed);
    long end = Ticker.SYSTEM.nanos() + length.toNanos();
    try (TestApi api = new TestApi(settings)) {
      int sent = 0;
      int accepted = 0;
      while (Ticker.SYSTEM.nanos() < end) {
        byte[] request = mutator.next();
        int status = status(api, request, sent);
        accepted += status == 200 ? 1 : 0;
        sent++;
        api.dispatcher.requests.clear();
      }
      assertThat(accepted).as("accepted of %s", sent).isBetween(1, sent - 1);
    }
  }

  private int status(TestApi api, byte[] request, int sent) {
    String told =
        "request %s of seed %s:%n%s".formatted(sent, seed, new String(request, ISO_8859_1));
    try (RawClient client = api.raw()) {
      var response = client.send(request).read();
      int status = response.status();
      // 500 is what a refused model is answered with, and only that.
      assertThat(status).as(told).isIn(200, 400, 404, 405, 413, 414, 422, 500);
      assertThat(response.body()).as(told).doesNotContainPattern(JAVA);
      if (status != 200) {
        assertThat(response.body()).as(told).hasSizeLessThan(RefusalSizeTest.MOST_BYTES);
      }
      if (status == 500) {
        assertThat(told).contains("broken");
      }
      return status;
    } catch (RuntimeException e) {
      throw new AssertionError("no answer to " + told, e);
    }
  }
}
