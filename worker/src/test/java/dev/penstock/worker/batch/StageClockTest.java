package dev.penstock.worker.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.timing.WorkerTimings;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class StageClockTest {
  private final FakeTicker ticker = new FakeTicker();
  private final StageClock clock = new StageClock(ticker, ticker.nanos());

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void what_lies_between_stages_is_waiting_and_all_parts_are_what_it_was_held() {
    ticker.advanceMillis(1);
    clock.begin();
    ticker.advanceMillis(2);
    clock.endDecode();
    ticker.advanceMillis(4);
    clock.begin();
    ticker.advanceMillis(8);
    clock.endPreprocess();
    ticker.advanceMillis(16);
    clock.begin();
    ticker.advanceMillis(32);
    clock.endInference();
    ticker.advanceMillis(64);
    clock.begin();
    ticker.advanceMillis(128);
    clock.endPostprocess();
    ticker.advanceMillis(256);

    assertThat(clock.timings())
        .isEqualTo(
            new WorkerTimings(
                millis(255), millis(85), millis(2), millis(8), millis(32), millis(128)));
  }

  @Test
  void a_stage_run_twice_counts_twice() {
    for (int run = 0; run < 2; run++) {
      clock.begin();
      ticker.advanceMillis(5);
      clock.endPreprocess();
    }
    assertThat(clock.timings().preprocess()).isEqualTo(millis(10));
  }
}
