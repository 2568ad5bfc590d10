package dev.penstock.router.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.router.dispatch.FakeTicker;
import org.junit.jupiter.api.Test;

final class DrainRateTest {
  private final FakeTicker ticker = new FakeTicker();
  private final DrainRate rate = new DrainRate(ticker);

  private void run(int seconds, int perSecond) {
    for (int second = 0; second < seconds; second++) {
      rate.ended(perSecond);
      ticker.advanceMillis(1_000);
    }
  }

  @Test
  void tells_when_so_many_jobs_will_have_ended_rounded_up() {
    run(5, 10);

    assertThat(rate.secondsFor(10)).isEqualTo(1);
    assertThat(rate.secondsFor(11)).isEqualTo(2);
    assertThat(rate.secondsFor(100)).isEqualTo(10);
  }

  @Test
  void is_never_below_a_second_nor_above_a_minute() {
    run(5, 10);

    assertThat(rate.secondsFor(0)).isEqualTo(1);
    assertThat(rate.secondsFor(1_000_000)).isEqualTo(60);
  }

  @Test
  void forgets_what_was_long_ago() {
    run(5, 1_000);
    run(5, 1);

    assertThat(rate.secondsFor(10)).isEqualTo(10);
  }

  @Test
  void a_pause_of_hours_costs_nothing_and_leaves_nothing() {
    run(5, 1_000);
    ticker.advanceMillis(10_000_000_000L);

    assertThat(rate.secondsFor(3)).describedAs("nothing is known").isEqualTo(5);
    run(5, 2);
    assertThat(rate.secondsFor(4)).isEqualTo(2);
  }

  @Test
  void the_second_that_has_just_begun_does_not_count_yet() {
    run(5, 10);
    rate.ended(10_000);

    assertThat(rate.secondsFor(100)).isEqualTo(10);
  }
}
