package dev.penstock.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Waiting;
import dev.penstock.worker.batch.FakeModel;
import dev.penstock.worker.batch.FakeTicker;
import dev.penstock.worker.batch.ResidentModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class QueueOrderTest {
  private final FakeTicker ticker = new FakeTicker();
  private final QueueOrder order = new QueueOrder(ticker);
  private final ResidentModel a = new FakeModel(1).resident("a/1");
  private final ResidentModel b = new FakeModel(1).resident("b/1");

  /** When their turns come. */
  private final Map<String, Long> turns = new HashMap<>(Map.of("a/1", 0L, "b/1", 0L));

  private static Waiting waiting(ResidentModel model, long millis) {
    return new Waiting(
        new ModelRef(model.id(), model.digest()), 1, TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private ResidentModel first() {
    return order.order(List.of(a, b), turns::get).get(0);
  }

  @Test
  void the_queue_whose_head_has_waited_longest_comes_first_whichever_router_says_so() {
    order.heard("one", List.of(waiting(a, 100), waiting(b, 50)));
    assertThat(first()).isSameAs(a);

    order.heard("two", List.of(waiting(b, 300)));
    assertThat(first()).isSameAs(b);
  }

  @Test
  void the_queue_whose_turn_comes_first_is_before_all_whose_jobs_have_waited_longer() {
    order.heard("one", List.of(waiting(a, 10_000), waiting(b, 1)));
    turns.put("a/1", 5L);

    assertThat(first()).isSameAs(b);
  }

  @Test
  void queues_nobody_spoke_of_are_looked_at_in_turn() {
    order.empty("a/1");
    ticker.advanceMillis(1);
    order.empty("b/1");
    assertThat(first()).isSameAs(a);

    ticker.advanceMillis(1);
    order.empty("a/1");
    assertThat(first()).isSameAs(b);
  }

  @Test
  void ages_grow_from_the_moment_they_were_heard() {
    order.heard("one", List.of(waiting(b, 100)));
    ticker.advanceMillis(200);
    order.heard("two", List.of(waiting(a, 200)));

    assertThat(first()).describedAs("300 ms against 200").isSameAs(b);
  }

  @Test
  void a_ring_puts_a_model_before_those_nobody_spoke_of_and_behind_those_that_wait() {
    order.rung("one", "b/1");
    assertThat(first()).isSameAs(b);

    order.heard("two", List.of(waiting(a, 10)));
    assertThat(first()).isSameAs(a);
  }

  @Test
  void an_empty_queue_goes_to_the_end() {
    order.heard("one", List.of(waiting(b, 100), waiting(a, 10)));
    order.empty("b/1");

    assertThat(first()).isSameAs(a);
  }

  @Test
  void what_a_router_that_left_said_is_forgotten() {
    order.heard("gone", List.of(waiting(b, 10_000)));
    order.heard("here", List.of(waiting(a, 10)));
    order.left(Set.of("here"));

    assertThat(first()).isSameAs(a);
  }
}
