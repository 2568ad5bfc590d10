package dev.penstock.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class QueueTurnsTest {
  private static final String BUSY = "busy/1";
  private static final String QUIET = "quiet/1";
  private static final long COST = 1_000;

  private final QueueTurns turns = new QueueTurns();

  private static JobDescriptor job(String model, long tag, long finish) {
    return new JobDescriptor(new JobId("router", 1 + tag), model, "digest", tag, finish);
  }

  private static JobDescriptor job(String model, long tag) {
    return job(model, tag, tag + COST);
  }

  /** Takes a batch of jobs that stand one behind the other. */
  private void take(String model, long tag, int jobs) {
    var taken = new ArrayList<JobDescriptor>();
    for (int each = 0; each < jobs; each++) {
      taken.add(job(model, tag + each * COST));
    }
    turns.taken(taken);
  }

  private boolean isBefore(JobDescriptor one, JobDescriptor other) {
    return turns.start(one) < turns.start(other);
  }

  @Test
  void a_queue_that_was_quiet_is_next_wherever_its_tags_are() {
    take(BUSY, 0, 8);
    take(BUSY, 8 * COST, 8);

    assertThat(isBefore(job(QUIET, 0), job(BUSY, 16 * COST))).isTrue();
    assertThat(isBefore(job(QUIET, 1L << 60), job(BUSY, 16 * COST))).isTrue();
  }

  @Test
  void and_gains_nothing_by_having_been_quiet() {
    take(BUSY, 0, 100);
    take(BUSY, 100 * COST, 1);
    take(QUIET, 0, 1);

    assertThat(isBefore(job(BUSY, 101 * COST), job(QUIET, 2 * COST)))
        .describedAs("each had one since")
        .isFalse();
    take(QUIET, COST, 1);
    assertThat(isBefore(job(BUSY, 101 * COST), job(QUIET, 2 * COST))).isTrue();
  }

  @Test
  void a_turn_costs_what_the_queue_went_on_by() {
    take(BUSY, 0, 1);
    take(QUIET, 0, 1);

    assertThat(turns.start(job(BUSY, COST / 4)))
        .describedAs("four callers wait in it")
        .isEqualTo(COST / 4);
    assertThat(turns.start(job(QUIET, COST))).isEqualTo(COST);
  }

  @Test
  void a_gap_in_the_tags_costs_no_more_than_what_was_taken() {
    take(BUSY, 0, 2);

    assertThat(turns.start(job(BUSY, 1_000 * COST))).isEqualTo(2 * COST);
  }

  @Test
  void nothing_costs_nothing_whatever_the_tags_say() {
    for (int turn = 0; turn < 2 * QueueTurns.MOST_CALLERS; turn++) {
      take(BUSY, 0, 1);
    }
    take(QUIET, 0, 1);

    assertThat(turns.start(job(BUSY, 0))).isGreaterThan(COST);
    assertThat(turns.earliest(BUSY)).isLessThanOrEqualTo(turns.start(job(BUSY, 0)));
  }

  @Test
  void jobs_of_routers_that_do_not_say_what_they_cost_have_their_turn_as_well() {
    var unknown = new JobDescriptor(new JobId("router", 1), BUSY, "digest", 5);
    turns.taken(List.of(unknown));

    assertThat(turns.start(job(BUSY, Long.MAX_VALUE / 2))).isEqualTo(QueueTurns.UNKNOWN_SPAN);
  }

  @Test
  void a_queue_nobody_knows_is_next() {
    take(BUSY, 0, 8);
    take(BUSY, 8 * COST, 8);

    assertThat(turns.earliest(QUIET)).isEqualTo(turns.start(job(QUIET, 0)));
    assertThat(turns.earliest(BUSY)).isGreaterThan(turns.earliest(QUIET));
  }

  /**
   * Callers of several queues that always have jobs waiting, each queue with tags of its own scale:
   * all are served alike, over their weights, and however large the batches are.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void callers_are_served_alike_whichever_queue_they_wait_in(long seed) {
    var random = new Random(seed);
    var queues = new ArrayList<Queue>();
    for (int queue = 0; queue < 2 + random.nextInt(3); queue++) {
      queues.add(new Queue("model-" + queue, random));
    }
    for (int turn = 0; turn < 20_000; turn++) {
      Queue next =
          queues.stream()
              .min(Comparator.comparingLong(queue -> turns.start(queue.head())))
              .orElseThrow();
      turns.taken(next.take());
    }

    List<Double> got =
        queues.stream().flatMap(queue -> queue.callers.stream()).map(Waiting::perWeight).toList();
    double mean = got.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    assertThat(got).allSatisfy(each -> assertThat(each / mean).isBetween(0.9, 1.1));
  }

  /** Somebody who always has a job waiting. */
  private static final class Waiting {
    final double weight;
    final long cost;
    long finish;
    long served;

    Waiting(double weight, long cost) {
      this.weight = weight;
      this.cost = cost;
    }

    double perWeight() {
      return served / weight;
    }
  }

  /** A queue as routers fill it, and who waits in it. */
  private static final class Queue {
    final List<Waiting> callers = new ArrayList<>();
    final int maxBatch;
    private final String model;
    private final PriorityQueue<Head> heads =
        new PriorityQueue<>(Comparator.comparingLong(head -> head.job().tag()));

    private record Head(Waiting caller, JobDescriptor job) {}

    Queue(String model, Random random) {
      this.model = model;
      this.maxBatch = 1 + random.nextInt(8);
      long cost = 1_000 + random.nextInt(50_000);
      for (int caller = 0; caller < 1 + random.nextInt(6); caller++) {
        callers.add(new Waiting(1 + random.nextInt(4), cost));
      }
      long scale = random.nextLong(1L << 50);
      callers.forEach(caller -> caller.finish = scale);
      callers.forEach(this::send);
    }

    private void send(Waiting caller) {
      long start = caller.finish;
      caller.finish += (long) (caller.cost / caller.weight);
      heads.add(new Head(caller, job(model, start, caller.finish)));
    }

    JobDescriptor head() {
      return heads.element().job();
    }

    List<JobDescriptor> take() {
      var taken = new ArrayList<JobDescriptor>();
      for (int each = 0; each < maxBatch; each++) {
        Head head = heads.remove();
        taken.add(head.job());
        head.caller().served += head.caller().cost;
        send(head.caller());
      }
      return taken;
    }
  }
}
