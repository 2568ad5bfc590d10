package dev.penstock.router.admission.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenBucketTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong now = new AtomicLong();

  @Test
  void a_full_bucket_gives_its_size_at_once_and_then_one_at_a_time() {
    var bucket = new TokenBucket(10, 3, now::get);

    assertThat(bucket.take(2)).isZero();
    assertThat(bucket.take(1)).isZero();
    assertThat(bucket.take(1)).isEqualTo(SECOND / 10);
    now.addAndGet(SECOND / 10);
    assertThat(bucket.take(1)).isZero();
    assertThat(bucket.take(2)).isEqualTo(SECOND / 5);
  }

  @Test
  void a_pause_fills_it_to_its_size_and_no_further() {
    var bucket = new TokenBucket(10, 3, now::get);
    now.addAndGet(3600 * SECOND);

    assertThat(bucket.take(3)).isZero();
    assertThat(bucket.take(1)).isPositive();
  }

  @Test
  void what_is_refused_costs_nothing() {
    var bucket = new TokenBucket(1, 4, now::get);
    bucket.take(2);
    for (int i = 0; i < 100; i++) {
      assertThat(bucket.take(3)).isEqualTo(SECOND);
    }
    assertThat(bucket.take(2)).isZero();
  }

  @Test
  void asking_when_there_is_one_takes_none() {
    var bucket = new TokenBucket(2, 1, now::get);
    assertThat(bucket.untilOne()).isZero();
    assertThat(bucket.untilOne()).isZero();
    assertThat(bucket.take(1)).isZero();
    assertThat(bucket.untilOne()).isEqualTo(SECOND / 2);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE - 5, -3, Long.MIN_VALUE})
  void the_clock_may_start_anywhere(long start) {
    now.set(start);
    var bucket = new TokenBucket(1, 2, now::get);
    assertThat(bucket.take(2)).isZero();
    assertThat(bucket.take(1)).isEqualTo(SECOND);
    now.addAndGet(SECOND);
    assertThat(bucket.take(1)).isZero();
  }

  /**
   * Over any span of time at most one bucket and what the span refills; and who waits as long as he
   * was told passes.
   */
  @ParameterizedTest
  @CsvSource({"3, 1", "0.7, 5", "50, 100", "999999.5, 10", "0.001, 2", "1000000, 1000000"})
  void every_span_of_time_keeps_to_the_rate(double rate, int size) {
    for (long seed = 0; seed < 50; seed++) {
      var random = new SplittableRandom(seed);
      var bucket = new TokenBucket(rate, size, now::get);
      var takings = new ArrayList<long[]>();
      for (int i = 0; i < 200; i++) {
        int tokens = 1 + random.nextInt(size);
        long wait = bucket.take(tokens);
        if (wait > 0 && random.nextBoolean()) {
          now.addAndGet(wait);
          assertThat(bucket.take(tokens)).as("seed %d, call %d", seed, i).isZero();
          wait = 0;
        }
        if (wait == 0) {
          takings.add(new long[] {now.get(), tokens});
        }
        now.addAndGet((long) (random.nextDouble() * 3 * SECOND / rate));
      }
      assertEverySpan(takings, rate, size, seed);
    }
  }

  private static void assertEverySpan(List<long[]> takings, double rate, int size, long seed) {
    for (int from = 0; from < takings.size(); from++) {
      long sum = 0;
      for (int to = from; to < takings.size(); to++) {
        sum += takings.get(to)[1];
        double seconds = (takings.get(to)[0] - takings.get(from)[0]) / (double) SECOND;
        assertThat((double) sum)
            .as("seed %d, takings %d to %d", seed, from, to)
            .isLessThanOrEqualTo(size + rate * seconds + 1e-3);
      }
    }
  }

  @Test
  void threads_share_it_exactly() throws Exception {
    var bucket = new TokenBucket(1, 1000, now::get);
    var taken = new AtomicInteger();
    var start = new CountDownLatch(1);
    var threads = new ArrayList<Thread>();
    for (int t = 0; t < 4; t++) {
      var thread =
          new Thread(
              () -> {
                try {
                  start.await();
                } catch (InterruptedException e) {
                  return;
                }
                for (int i = 0; i < 1000; i++) {
                  if (bucket.take(1) == 0) {
                    taken.incrementAndGet();
                  }
                }
              });
      thread.start();
      threads.add(thread);
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(taken).hasValue(1000);
  }
}
