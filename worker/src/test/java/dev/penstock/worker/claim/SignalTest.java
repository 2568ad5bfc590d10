package dev.penstock.worker.claim;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class SignalTest {
  private static final long FOR_EVER = 1_000_000;

  private final Signal signal = new Signal();

  @Test
  void a_signal_raised_before_the_waiting_is_not_lost() throws Exception {
    signal.raise();
    signal.await(FOR_EVER);
  }

  @Test
  void any_number_of_signals_end_one_waiting() throws Exception {
    for (int i = 0; i < 10; i++) {
      signal.raise();
    }
    signal.await(FOR_EVER);
    signal.await(1);
  }

  @Test
  void wakes_a_thread_that_waits_again_and_again() throws Exception {
    for (int round = 0; round < 1_000; round++) {
      var woken = new CountDownLatch(1);
      var thread =
          new Thread(
              () -> {
                try {
                  signal.await(FOR_EVER);
                  woken.countDown();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      thread.setDaemon(true);
      thread.start();
      signal.raise();
      woken.await();
    }
  }
}
