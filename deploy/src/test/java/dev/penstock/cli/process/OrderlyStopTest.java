package dev.penstock.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class OrderlyStopTest {
  private final List<String> stopped = new ArrayList<>();
  private final OrderlyStop stop = new OrderlyStop(() -> 0);

  @Test
  void stops_last_what_was_started_first() {
    stop.add("event loops", () -> stopped.add("event loops"));
    stop.add("router", () -> stopped.add("router"));
    stop.add("worker", () -> stopped.add("worker"));

    stop.run();

    assertThat(stopped).containsExactly("worker", "router", "event loops");
  }

  @Test
  void a_part_that_fails_does_not_keep_the_others() {
    stop.add("event loops", () -> stopped.add("event loops"));
    stop.add(
        "router",
        () -> {
          throw new IllegalStateException("broken");
        });

    stop.run();

    assertThat(stopped).containsExactly("event loops");
  }

  @Test
  void what_starts_during_the_stop_is_stopped_too() {
    stop.run();
    stop.add("late router", () -> stopped.add("late router"));
    assertThat(stopped).containsExactly("late router");
  }

  @Test
  @Timeout(10)
  void keeps_the_main_thread_until_everything_is_stopped() throws Exception {
    CompletableFuture<List<String>> seen =
        CompletableFuture.supplyAsync(
            () -> {
              stop.await();
              return List.copyOf(stopped);
            });
    stop.add("router", () -> stopped.add("router"));
    assertThat(seen).isNotDone();

    stop.run();

    assertThat(seen.get(5, TimeUnit.SECONDS)).containsExactly("router");
  }
}
