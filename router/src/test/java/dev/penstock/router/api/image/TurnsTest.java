package dev.penstock.router.api.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TurnsTest {
  private static final int MOST = 3;

  private final Vertx vertx = Vertx.vertx();
  private final Turns turns = new Turns(vertx, MOST);

  /** What runs, in the order in which it began. */
  private final BlockingQueue<Promise<String>> running = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  @Test
  void so_many_run_and_each_end_lets_the_next_one_begin() throws Exception {
    List<Future<String>> all = new ArrayList<>();
    for (int i = 0; i < 3 * MOST; i++) {
      all.add(turns.run(this::begin));
    }
    assertThat(running).hasSize(MOST);
    for (int i = 0; i < 3 * MOST; i++) {
      Promise<String> one = running.poll(10, TimeUnit.SECONDS);
      assertThat(one).as("number %d has begun", i).isNotNull();
      assertThat(running.size()).isLessThan(MOST);
      if (i % 2 == 0) {
        one.complete("done");
      } else {
        one.fail("failed");
      }
    }
    Future.join(all).otherwiseEmpty().await();
    assertThat(all).allMatch(Future::isComplete);
    assertThat(all.stream().filter(Future::succeeded)).hasSize(5);
  }

  @Test
  void what_fails_before_it_begins_gives_its_turn_back() {
    for (int i = 0; i < 2 * MOST; i++) {
      Future<String> failed =
          turns.run(
              () -> {
                throw new IllegalStateException("at once");
              });
      assertThat(failed.failed()).isTrue();
    }
    var unused = turns.run(this::begin);
    assertThat(running).hasSize(1);
  }

  private Future<String> begin() {
    Promise<String> promise = Promise.promise();
    running.add(promise);
    return promise.future();
  }
}
