package dev.penstock.router.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.router.dispatch.FakeTicker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DrainRateTest {
  private final FakeTicker ticker = new FakeTicker();
  private final DrainRate rate = new DrainRate(ticker);

  /** Batches that end one after the other while others wait. */
  private void overload(int batches, int jobs, long millis) {
    for (int batch = 0; batch < batches; batch++) {
      ticker.advanceMillis(millis);
      for (int job = 0; job < jobs; job++) {
        rate.ended(1, true);
      }
    }
  }

  /** Jobs that come when the device has nothing to do. */
  private void trickle(int jobs, long millis) {
    for (int job = 0; job < jobs; job++) {
      ticker.advanceMillis(millis);
      rate.ended(1, false);
    }
  }

  @Test
  void nothing_is_known_at_first() {
    assertThat(rate.perSecond()).isZero();
    rate.ended(1, true);
    assertThat(rate.perSecond()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"200,1,10,100", "200,8,80,100", "1000,1,1,1000", "40,64,500,128", "20,1,1000,1"})
  void is_the_capacity_while_jobs_wait(int batches, int jobs, long millis, double expected) {
    overload(batches, jobs, millis);

    assertThat(rate.perSecond()).isCloseTo(expected, within(expected / 10));
  }

  @Test
  void what_merely_arrives_says_nothing() {
    trickle(100, 1_000);
    assertThat(rate.perSecond()).isZero();

    overload(100, 1, 10);
    double capacity = rate.perSecond();
    trickle(25, 1_000);
    assertThat(rate.perSecond()).describedAs("as it was").isEqualTo(capacity);
  }

  @Test
  void time_without_waiting_jobs_between_two_ends_does_not_count() {
    overload(100, 1, 10);
    double capacity = rate.perSecond();
    rate.idle();
    ticker.advanceMillis(3_000);
    rate.ended(1, true);
    assertThat(rate.perSecond()).isEqualTo(capacity);
    ticker.advanceMillis(10);
    rate.ended(1, true);
    assertThat(rate.perSecond()).isCloseTo(100, within(10.0));
  }

  @Test
  void falls_while_devices_hang_and_rises_when_they_go_on() {
    overload(500, 1, 10);
    ticker.advanceMillis(20_000);
    assertThat(rate.perSecond()).isLessThan(25);
    overload(1_000, 1, 10);
    assertThat(rate.perSecond()).isGreaterThan(60);
  }

  @Test
  void follows_a_change_within_seconds() {
    overload(1_000, 1, 10);
    overload(100, 1, 100);
    assertThat(rate.perSecond()).isCloseTo(10, within(14.0));
    overload(200, 1, 100);
    assertThat(rate.perSecond()).isCloseTo(10, within(1.0));
  }

  @Test
  void is_forgotten_when_it_is_old() {
    overload(100, 1, 10);
    rate.idle();
    ticker.advanceMillis(29_000);
    assertThat(rate.perSecond()).isGreaterThan(90);
    ticker.advanceMillis(2_000);
    assertThat(rate.perSecond()).isZero();
  }

  @Test
  void one_batch_alone_is_no_measure() {
    rate.ended(1, true);
    for (int mate = 0; mate < 63; mate++) {
      ticker.advanceNanos(1_000);
      rate.ended(1, true);
    }
    assertThat(rate.perSecond()).isZero();
  }
}
