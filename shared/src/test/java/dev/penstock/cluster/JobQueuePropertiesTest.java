package dev.penstock.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import dev.penstock.config.RouterConfig;
import dev.penstock.job.DescriptorOrder;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import org.jspecify.annotations.Nullable;

/** The queue of a real member against a sorted multiset. */
final class JobQueuePropertiesTest {
  private static final HazelcastInstance MEMBER =
      ClusterMember.start(
          new RouterConfig.Cluster("127.0.0.1", 0, 0, List.of(), "127.0.0.1"), "r", "one", 9);
  private static final JobQueues QUEUES = new JobQueues(MEMBER);

  /** Each try has a queue of its own. */
  private static final AtomicInteger MODELS = new AtomicInteger();

  @AfterContainer
  static void stop() {
    MEMBER.shutdown();
  }

  private enum Kind {
    OFFER,
    OFFER_AGAIN,
    POLL,
    REMOVE,
    LOOK
  }

  /**
   * One thing that is done to the queue.
   *
   * @param tag of the job that is offered; few, so that many are equal
   * @param which of the jobs that were ever offered is offered again or removed
   */
  private record Step(Kind kind, int tag, int which) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Kind> kinds =
        Arbitraries.of(Kind.OFFER, Kind.OFFER, Kind.OFFER, Kind.OFFER_AGAIN, Kind.POLL, Kind.POLL)
            .flatMap(
                kind ->
                    Arbitraries.frequencyOf(
                        Tuple.of(8, Arbitraries.just(kind)),
                        Tuple.of(1, Arbitraries.just(Kind.REMOVE)),
                        Tuple.of(1, Arbitraries.just(Kind.LOOK))));
    return Combinators.combine(
            kinds, Arbitraries.integers().between(0, 6), Arbitraries.integers().between(0, 999))
        .as(Step::new)
        .list()
        .ofMaxSize(80);
  }

  @Property(tries = 150)
  void it_gives_what_was_offered_and_not_taken_in_the_order_of_tags_then_of_admission(
      @ForAll("steps") List<Step> steps) {
    String model = "steps/" + MODELS.incrementAndGet();
    var expected = new PriorityQueue<>(new DescriptorOrder());
    var offered = new ArrayList<JobDescriptor>();
    for (Step step : steps) {
      switch (step.kind()) {
        case OFFER -> {
          var id = new JobId("one", 1 + offered.size());
          var job = new JobDescriptor(id, model, "digest", step.tag(), step.tag() + 1);
          offered.add(job);
          offer(job, expected);
        }
        case OFFER_AGAIN -> {
          if (!offered.isEmpty()) {
            offer(offered.get(step.which() % offered.size()), expected);
          }
        }
        case POLL -> assertThat(QUEUES.poll(model)).isEqualTo(descriptor(expected.poll()));
        case REMOVE -> {
          if (!offered.isEmpty()) {
            JobDescriptor job = offered.get(step.which() % offered.size());
            assertThat(QUEUES.remove(job)).isEqualTo(removeOne(expected, job));
          }
        }
        case LOOK ->
            assertThat(QUEUES.snapshot(model))
                .containsExactlyInAnyOrderElementsOf(
                    expected.stream().map(JobDescriptor::fromBytes).toList());
      }
      assertThat(QUEUES.depth(model)).isEqualTo(expected.size());
    }
    while (!expected.isEmpty()) {
      assertThat(QUEUES.poll(model)).isEqualTo(descriptor(expected.poll()));
    }
    assertThat(QUEUES.poll(model)).isNull();
  }

  private static void offer(JobDescriptor job, PriorityQueue<byte[]> expected) {
    QUEUES.offer(job);
    expected.add(job.toBytes());
  }

  private static @Nullable JobDescriptor descriptor(byte @Nullable [] bytes) {
    return bytes == null ? null : JobDescriptor.fromBytes(bytes);
  }

  private static boolean removeOne(PriorityQueue<byte[]> expected, JobDescriptor job) {
    return expected.stream()
        .filter(bytes -> JobDescriptor.fromBytes(bytes).equals(job))
        .findFirst()
        .map(expected::remove)
        .orElse(false);
  }

  /** Nothing is lost, nothing is doubled. */
  @Property(tries = 15)
  void whoever_offers_and_polls_at_once_each_job_is_taken_once(
      @ForAll @IntRange(min = 1, max = 3) int offering,
      @ForAll @IntRange(min = 1, max = 3) int polling,
      @ForAll @IntRange(max = 60) int jobsEach)
      throws Exception {
    String model = "crowd/" + MODELS.incrementAndGet();
    int all = offering * jobsEach;
    var taken = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(offering + polling);
    try {
      for (int router = 0; router < offering; router++) {
        String incarnation = "router-" + router;
        threads.execute(
            () -> {
              for (int job = 1; job <= jobsEach; job++) {
                QUEUES.offer(
                    new JobDescriptor(new JobId(incarnation, job), model, "digest", job, job + 1));
              }
            });
      }
      Callable<List<JobDescriptor>> poller =
          () -> {
            var mine = new ArrayList<JobDescriptor>();
            while (taken.get() < all) {
              JobDescriptor job = QUEUES.poll(model);
              if (job != null) {
                taken.incrementAndGet();
                mine.add(job);
              }
            }
            return mine;
          };
      var pollers = new ArrayList<Future<List<JobDescriptor>>>();
      for (int worker = 0; worker < polling; worker++) {
        pollers.add(threads.submit(poller));
      }
      var ids = new ArrayList<JobId>();
      for (Future<List<JobDescriptor>> mine : pollers) {
        mine.get().forEach(job -> ids.add(job.id()));
      }
      assertThat(ids).hasSize(all).doesNotHaveDuplicates();
    } finally {
      threads.shutdownNow();
    }
  }
}
