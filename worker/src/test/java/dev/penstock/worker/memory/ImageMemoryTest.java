package dev.penstock.worker.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class ImageMemoryTest {
  private static final long MB = 1 << 20;

  private final ImageMemory memory = new ImageMemory(100 * MB);

  /** Never more than the limit, and everybody has a turn, those who want it all, too. */
  @Test
  void those_who_decode_side_by_side_never_take_more_than_there_is_and_all_are_served()
      throws Exception {
    var taken = new AtomicLong();
    var most = new AtomicLong();
    var threads = new ArrayList<Thread>();
    for (int number = 0; number < 4; number++) {
      var random = new Random(number);
      threads.add(
          new Thread(
              () -> {
                for (int round = 0; round < 500; round++) {
                  long bytes = round % 50 == 0 ? memory.limit() : random.nextLong(60 * MB);
                  use(
                      bytes,
                      () -> {
                        most.accumulateAndGet(taken.addAndGet(bytes), Math::max);
                        Thread.onSpinWait();
                        taken.addAndGet(-bytes);
                      });
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(most.get()).isLessThanOrEqualTo(100 * MB);
    assertThat(memory.free()).isEqualTo(100 * MB);
  }

  /** Else pictures that take nearly everything would wait for ever while small ones come. */
  @Test
  void who_came_first_is_served_first() throws Exception {
    List<String> served = new CopyOnWriteArrayList<>();
    var threads = new ArrayList<Thread>();
    memory.use(
        60 * MB,
        () -> {
          threads.add(taking(100 * MB, "large", served));
          awaitWaiting(threads.get(0));
          threads.add(taking(1 * MB, "small", served));
          awaitWaiting(threads.get(1));
        });
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(served).containsExactly("large", "small");
  }

  private void use(long bytes, Runnable work) {
    try {
      memory.use(bytes, work);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Thread taking(long bytes, String name, List<String> served) {
    var thread = new Thread(() -> use(bytes, () -> served.add(name)));
    thread.start();
    return thread;
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  @Test
  void who_takes_nothing_never_waits_and_what_was_taken_is_given_back_whatever_happens()
      throws Exception {
    memory.use(
        memory.limit(),
        () -> {
          assertThat(memory.free()).isZero();
          use(0, () -> {});
        });
    assertThatThrownBy(
            () ->
                memory.use(
                    MB,
                    () -> {
                      throw new StackOverflowError("for the test");
                    }))
        .isInstanceOf(StackOverflowError.class);

    assertThat(memory.free()).isEqualTo(100 * MB);
  }

  @Test
  void whoever_waits_can_be_interrupted() throws Exception {
    var interrupted = new CountDownLatch(1);
    memory.use(
        memory.limit(),
        () -> {
          var thread =
              new Thread(
                  () -> {
                    try {
                      memory.use(1, () -> {});
                    } catch (InterruptedException e) {
                      interrupted.countDown();
                    }
                  });
          thread.start();
          awaitWaiting(thread);
          thread.interrupt();
        });

    interrupted.await();
    assertThat(memory.free()).isEqualTo(100 * MB);
  }

  @Test
  void a_refusal_has_both_sizes_in_readable_units() {
    assertThat(new ImageMemory(200_000_000).refusal(536_870_912))
        .contains("takes 536MB of memory")
        .contains("has 200MB for images");
  }

  @Test
  void memory_of_terabytes_can_be_bounded() {
    assertThat(new ImageMemory(8L << 40).free()).isEqualTo(8L << 40);
  }
}
