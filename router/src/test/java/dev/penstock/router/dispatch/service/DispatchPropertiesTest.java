package dev.penstock.router.dispatch.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import dev.penstock.cluster.JobQueues;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.BatchReason;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.timing.WorkerTimings;
import dev.penstock.job.wire.Claim;
import dev.penstock.router.dispatch.FakeTicker;
import dev.penstock.router.dispatch.InferenceOutcome;
import dev.penstock.router.dispatch.OrderTag;
import dev.penstock.router.dispatch.Requests;
import dev.penstock.router.dispatch.inflight.InFlightTable;
import dev.penstock.router.dispatch.inflight.LeaseTerms;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * A table, the queue of a real member and workers on threads of their own, which do wrong as they
 * are told: nothing is lost, nothing is executed under two leases, everybody has one answer.
 */
final class DispatchPropertiesTest {
  private static final HazelcastInstance MEMBER = Members.start("mine");
  private static final AtomicInteger MODELS = new AtomicInteger();

  @AfterContainer
  static void stop() {
    MEMBER.shutdown();
  }

  /** What a worker does with a job that it polled. */
  private enum Habit {
    ANSWERS,
    ANSWERS_TWICE,
    DIES_BEFORE_IT_CLAIMS,
    DIES_WITH_THE_LEASE,
    DIES_AND_ITS_RESULT_COMES_LATE,
    LEAVES_A_COPY
  }

  @Property(tries = 10)
  void every_job_has_one_answer_and_one_live_lease_at_a_time(
      @ForAll @IntRange(min = 1, max = 3) int threads,
      @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 1, max = 4) Integer> requests,
      @ForAll @Size(max = 20) List<Habit> habits)
      throws Exception {
    var world = new World(habits);
    requests.forEach(world::ask);
    world.serve(threads);

    assertThat(world.table.violations()).isEmpty();
    assertThat(world.table.counters().inFlight()).isZero();
    assertThat(world.outcomes).hasSameSizeAs(requests);
    assertThat(world.outcomes)
        .allMatch(outcome -> outcome.end() instanceof InferenceOutcome.Completed);
    assertThat(world.objections).isEmpty();
  }

  private static final class World implements InFlightTable.Effects {
    private static final int MOST_ROUNDS = 60;

    final Queue<InferenceOutcome> outcomes = new ConcurrentLinkedQueue<>();
    final Queue<String> objections = new ConcurrentLinkedQueue<>();
    final InFlightTable table;
    private final String model = "property/" + MODELS.incrementAndGet();
    private final FakeTicker ticker = new FakeTicker();
    private final JobQueues queues = new JobQueues(MEMBER);
    private final Queue<Habit> habits;
    private final AtomicLong tags = new AtomicLong();
    private final AtomicInteger names = new AtomicInteger();
    private final Map<JobId, AtomicInteger> live = new ConcurrentHashMap<>();

    World(List<Habit> habits) {
      this.habits = new ConcurrentLinkedQueue<>(habits);
      this.table =
          new InFlightTable(
              "mine",
              1_000,
              new LeaseTerms(),
              () -> "token-" + names.incrementAndGet(),
              ticker,
              this);
    }

    void ask(int images) {
      table.admit(
          Requests.request(model, images, ticker.nanos()),
          false,
          job -> new OrderTag(tags.incrementAndGet(), tags.get() + 1),
          outcomes::add);
    }

    /** Workers take what there is; then time passes and the router looks for what is missing. */
    void serve(int threads) throws Exception {
      ExecutorService pool = Executors.newFixedThreadPool(threads);
      try {
        for (int round = 0; round < MOST_ROUNDS && table.counters().inFlight() > 0; round++) {
          var working = new ArrayList<Future<?>>();
          for (int thread = 0; thread < threads; thread++) {
            working.add(pool.submit(() -> takeAll()));
          }
          for (Future<?> each : working) {
            each.get(20, TimeUnit.SECONDS);
          }
          ticker.advanceMillis(500);
          look();
        }
      } finally {
        pool.shutdownNow();
      }
    }

    private void look() {
      for (String suspect : table.suspects()) {
        Set<JobId> seen =
            queues.snapshot(suspect).stream().map(JobDescriptor::id).collect(Collectors.toSet());
        table.reconcile(suspect, seen, ticker.nanos());
      }
    }

    private void takeAll() {
      for (JobDescriptor job = queues.poll(model); job != null; job = queues.poll(model)) {
        Habit habit = habits.poll();
        work(job, habit == null ? Habit.ANSWERS : habit);
      }
    }

    private void work(JobDescriptor job, Habit habit) {
      if (habit == Habit.DIES_BEFORE_IT_CLAIMS) {
        return;
      }
      if (habit == Habit.LEAVES_A_COPY) {
        queues.offer(job);
      }
      String instance = "worker-" + names.incrementAndGet();
      var claim = new Claim(instance, instance, "cpu", instance, List.of(job.id()));
      for (Claim.Granted lease : table.claim(claim, Set.of())) {
        AtomicInteger leases = live.computeIfAbsent(job.id(), id -> new AtomicInteger());
        if (leases.incrementAndGet() > 1) {
          objections.add(job.id() + " has two live leases");
        }
        Thread.onSpinWait();
        // From here on it may be leased again.
        leases.decrementAndGet();
        switch (habit) {
          case DIES_WITH_THE_LEASE -> table.workerDied(instance);
          case DIES_AND_ITS_RESULT_COMES_LATE -> {
            table.workerDied(instance);
            table.complete(result(lease));
          }
          case ANSWERS_TWICE -> {
            table.complete(result(lease));
            table.complete(result(lease));
          }
          default -> table.complete(result(lease));
        }
      }
    }

    private static AttemptResult result(Claim.Granted lease) {
      return new AttemptResult(
          lease.id(),
          lease.attempt(),
          lease.token(),
          new JobOutcome.Done(1, 1, lease.payload(), null),
          WorkerTimings.NONE,
          1,
          BatchReason.IDLE,
          0);
    }

    @Override
    public void offer(JobDescriptor job) {
      queues.offer(job);
    }

    @Override
    public void withdraw(JobDescriptor job) {
      queues.remove(job);
    }

    @Override
    public void cancel(String instance, JobId job) {}
  }
}
