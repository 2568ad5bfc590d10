package dev.penstock.worker.claim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every look at the clock takes a second. */
@Timeout(20)
final class PatienceTest {
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  private final AtomicLong now = new AtomicLong(-3);
  private final Patience patience = new Patience(() -> now.getAndAdd(TimeUnit.SECONDS.toNanos(1)));
  private final AtomicInteger looks = new AtomicInteger();

  @Test
  void what_holds_already_is_not_waited_for() {
    assertThat(patience.await(() -> looks.incrementAndGet() == 1, TEN_SECONDS, "waiting")).isTrue();
    assertThat(looks).hasValue(1);
  }

  @Test
  void looks_until_it_holds() {
    assertThat(patience.await(() -> looks.incrementAndGet() == 4, TEN_SECONDS, "waiting")).isTrue();
    assertThat(looks).hasValue(4);
  }

  @Test
  void ends_when_the_time_is_over() {
    assertThat(patience.await(() -> looks.incrementAndGet() < 0, TEN_SECONDS, "waiting")).isFalse();
    assertThat(looks.get()).describedAs("one look a second").isBetween(10, 12);
  }

  @Test
  void looks_once_however_little_time_there_is() {
    assertThat(patience.await(() -> true, Duration.ZERO, "waiting")).isTrue();
    assertThat(patience.await(() -> false, Duration.ZERO, "waiting")).isFalse();
  }

  @Test
  void goes_on_although_its_thread_was_interrupted() {
    Thread.currentThread().interrupt();

    assertThat(patience.await(() -> looks.incrementAndGet() == 3, TEN_SECONDS, "waiting")).isTrue();
    assertThat(Thread.interrupted()).describedAs("still is").isTrue();
  }
}
