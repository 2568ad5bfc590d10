package dev.penstock.router.dispatch.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import dev.penstock.cluster.JobQueues;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.router.dispatch.FakeTicker;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class QueueKeeperTest {
  private static HazelcastInstance member;

  private final FakeTicker ticker = new FakeTicker();
  private JobQueues queues;
  private QueueKeeper keeper;

  @BeforeAll
  static void start() {
    member = Members.start("mine");
  }

  @AfterAll
  static void stop() {
    member.shutdown();
  }

  @BeforeEach
  void open() {
    queues = new JobQueues(member);
    keeper = new QueueKeeper(queues, ticker);
  }

  @AfterEach
  void close() {
    keeper.close();
  }

  private static JobDescriptor job(String incarnation, String model, long tag) {
    return new JobDescriptor(new JobId(incarnation, tag), model, "digest", tag);
  }

  private void offer(JobDescriptor job) throws Exception {
    var queued = new CompletableFuture<JobDescriptor>();
    keeper.offer(job, queued::complete);
    assertThat(queued.get(10, TimeUnit.SECONDS)).isEqualTo(job);
  }

  private Set<JobId> look(String model) throws Exception {
    var seen = new CompletableFuture<Set<JobId>>();
    keeper.look(model, "mine", (jobs, asked) -> seen.complete(jobs));
    return seen.get(10, TimeUnit.SECONDS);
  }

  @Test
  void a_job_is_announced_when_it_stands_in_its_queue() throws Exception {
    JobDescriptor job = job("mine", "offered/1", 1);

    offer(job);

    assertThat(queues.poll("offered/1")).isEqualTo(job);
  }

  /** Whoever sends a thousand at once keeps nobody else out of the queue. */
  @Test
  void offers_that_wait_go_in_the_order_of_their_tags() throws Exception {
    var oneGoesOn = new CountDownLatch(1);
    var othersGoOn = new CountDownLatch(1);
    var busy = new CountDownLatch(QueueKeeper.THREADS);
    for (int thread = 0; thread < QueueKeeper.THREADS; thread++) {
      CountDownLatch goOn = thread == 0 ? oneGoesOn : othersGoOn;
      keeper.offer(
          job("mine", "held-up/1", 1 + thread),
          queued -> {
            busy.countDown();
            awaitQuietly(goOn);
          });
    }
    busy.await();
    var order = new LinkedBlockingQueue<Long>();
    for (long tag = 20; tag > 0; tag--) {
      keeper.offer(job("mine", "burst/1", tag), queued -> order.add(queued.tag()));
    }
    oneGoesOn.countDown();

    for (long tag = 1; tag <= 20; tag++) {
      assertThat(order.poll(10, TimeUnit.SECONDS)).isEqualTo(tag);
    }
    othersGoOn.countDown();
  }

  @Test
  void a_look_sees_this_routers_jobs_alone() throws Exception {
    offer(job("mine", "seen/1", 1));
    offer(job("another", "seen/1", 2));

    assertThat(look("seen/1")).containsExactly(new JobId("mine", 1));
  }

  @Test
  void a_withdrawn_job_is_no_longer_seen() throws Exception {
    JobDescriptor job = job("mine", "withdrawn/1", 1);
    offer(job);

    keeper.withdraw(job);

    assertThat(look("withdrawn/1")).describedAs("looks come after it, on one thread").isEmpty();
  }

  @Test
  void a_thousand_jobs_are_withdrawn_before_the_next_look() throws Exception {
    var jobs =
        LongStream.rangeClosed(1, 1_000).mapToObj(tag -> job("mine", "many/1", tag)).toList();
    for (JobDescriptor job : jobs) {
      offer(job);
    }

    jobs.forEach(keeper::withdraw);

    assertThat(look("many/1")).isEmpty();
  }

  @Test
  void a_job_that_is_withdrawn_before_its_offer_was_made_never_stands_in_its_queue()
      throws Exception {
    var inside = new CountDownLatch(4);
    var goOn = new CountDownLatch(1);
    for (int thread = 1; thread <= 4; thread++) {
      keeper.offer(
          job("mine", "busy/1", thread),
          queued -> {
            inside.countDown();
            awaitQuietly(goOn);
          });
    }
    inside.await();
    var announced = new AtomicInteger();
    JobDescriptor late = job("mine", "late/1", 100);
    keeper.offer(late, queued -> announced.incrementAndGet());

    keeper.withdraw(late);
    goOn.countDown();
    offer(job("mine", "after/1", 101));

    assertThat(look("late/1")).isEmpty();
    assertThat(announced).hasValue(0);
  }

  @Test
  void a_purge_takes_out_the_jobs_of_routers_that_are_gone() throws Exception {
    offer(job("mine", "purged/1", 1));
    offer(job("gone", "purged/1", 2));

    keeper.purge(Set.of("mine"), () -> {});
    look("purged/1");

    assertThat(queues.snapshot("purged/1"))
        .extracting(JobDescriptor::id)
        .containsExactly(new JobId("mine", 1));
  }

  @Test
  void a_purge_that_fails_says_so() throws Exception {
    HazelcastInstance other = Members.start("leaving");
    var shaky = new JobQueues(other);
    var failing = new QueueKeeper(shaky, ticker);
    other.shutdown();
    var failed = new CompletableFuture<Void>();
    failing.purge(Set.of("mine"), () -> failed.complete(null));

    failed.get(10, TimeUnit.SECONDS);
    failing.close();
  }

  @Test
  void looks_at_one_queue_never_pile_up() throws Exception {
    var inside = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var looks = new AtomicInteger();
    keeper.look(
        "slow/1",
        "mine",
        (jobs, asked) -> {
          looks.incrementAndGet();
          inside.countDown();
          awaitQuietly(goOn);
        });
    inside.await();

    for (int more = 0; more < 5; more++) {
      keeper.look("slow/1", "mine", (jobs, asked) -> looks.incrementAndGet());
    }
    goOn.countDown();
    look("other/1");

    assertThat(looks).hasValue(1);
    assertThat(look("slow/1")).describedAs("and go on after it").isEmpty();
  }

  @Test
  void a_look_that_fails_does_not_end_looking() throws Exception {
    keeper.look(
        "failing/1",
        "mine",
        (jobs, asked) -> {
          throw new IllegalStateException("as a table that is broken");
        });
    look("another/1");

    assertThat(look("failing/1")).isEmpty();
  }

  @Test
  void after_it_was_closed_nothing_is_done_and_nothing_is_thrown() {
    keeper.close();
    keeper.offer(job("mine", "closed/1", 1), queued -> {});
    keeper.withdraw(job("mine", "closed/1", 1));

    assertThat(queues.depth("closed/1")).isZero();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
