package dev.penstock.router.dispatch.inflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.router.dispatch.OrderTag;
import dev.penstock.router.dispatch.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * The promises of the in-flight table, whatever workers, queue and clients do to it. What fails is
 * shrunk to the few steps that matter.
 */
final class InFlightTablePropertiesTest {
  @Provide
  Arbitrary<List<Integer>> whims() {
    return Arbitraries.integers()
        .between(0, 9_999)
        .withoutEdgeCases()
        .list()
        .ofMinSize(50)
        .ofMaxSize(500);
  }

  @Property(tries = 2_000)
  void every_admitted_request_is_answered_once_or_cancelled_whatever_happens(
      @ForAll("whims") List<Integer> whims) {
    var life = new RandomLife(whims);
    life.live();
    life.settle();
    life.checkTheEnd();
  }

  /** Exact: never more than the bound, and nobody is turned away for whom there was room. */
  @Property(tries = 100)
  void the_bound_on_admissions_is_exact_under_bursts(
      @ForAll @IntRange(min = 1, max = 60) int bound,
      @ForAll @IntRange(min = 2, max = 4) int threads,
      @ForAll @Size(max = 60) List<@IntRange(min = 1, max = 6) Integer> sizes)
      throws Exception {
    var world = new Burst(bound, sizes);
    world.run(threads);

    int admitted = world.admitted.stream().mapToInt(Integer::intValue).sum();
    assertThat(admitted).isLessThanOrEqualTo(bound);
    assertThat(world.refused).allMatch(size -> admitted + size > bound);
    assertThat(world.table.counters().inFlight()).isEqualTo(admitted);
    assertThat(world.table.violations()).isEmpty();
    assertThat(world.offered).hasSize(admitted).doesNotHaveDuplicates();
  }

  /** Requests of some sizes that come all at once. */
  private static final class Burst implements InFlightTable.Effects {
    final InFlightTable table;
    final Queue<Integer> admitted = new ConcurrentLinkedQueue<>();
    final Queue<Integer> refused = new ConcurrentLinkedQueue<>();
    final Queue<JobDescriptor> offered = new ConcurrentLinkedQueue<>();
    private final Queue<Integer> coming;

    Burst(int bound, List<Integer> sizes) {
      coming = new ConcurrentLinkedQueue<>(sizes);
      table = new InFlightTable("r", bound, new LeaseTerms(), () -> "token", () -> 0, this);
    }

    void run(int threads) throws Exception {
      ExecutorService pool = Executors.newFixedThreadPool(threads);
      try {
        var start = new CyclicBarrier(threads);
        var running = new ArrayList<Future<?>>();
        for (int thread = 0; thread < threads; thread++) {
          running.add(
              pool.submit(
                  () -> {
                    start.await();
                    for (Integer size = coming.poll(); size != null; size = coming.poll()) {
                      (admit(size) ? admitted : refused).add(size);
                    }
                    return null;
                  }));
        }
        for (Future<?> each : running) {
          each.get(20, TimeUnit.SECONDS);
        }
      } finally {
        pool.shutdownNow();
      }
    }

    private boolean admit(int size) {
      var request = Requests.request(TableWorld.MODEL, size, 0);
      return table.admit(request, false, job -> new OrderTag(1, 2), outcome -> {}) != null;
    }

    @Override
    public void offer(JobDescriptor job) {
      offered.add(job);
    }

    @Override
    public void withdraw(JobDescriptor job) {}

    @Override
    public void cancel(String instance, JobId job) {}
  }
}
