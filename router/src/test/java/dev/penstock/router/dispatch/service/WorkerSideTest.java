package dev.penstock.router.dispatch.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.Executing;
import dev.penstock.cluster.ControlMessage.HandBack;
import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Resident;
import dev.penstock.cluster.ControlMessage.State;
import dev.penstock.cluster.ControlMessage.Welcome;
import dev.penstock.cluster.ControlMessage.WorkerState;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.BatchReason;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.timing.WorkerTimings;
import dev.penstock.job.wire.Claim;
import dev.penstock.router.dispatch.FakeTicker;
import dev.penstock.router.dispatch.OrderTag;
import dev.penstock.router.dispatch.Requests;
import dev.penstock.router.dispatch.fair.FairTags;
import dev.penstock.router.dispatch.inflight.InFlightTable;
import dev.penstock.router.dispatch.inflight.LeaseTerms;
import dev.penstock.router.dispatch.workers.FakeChannel;
import dev.penstock.router.dispatch.workers.WorkerRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What workers say and ask for, with the real table and registry. */
final class WorkerSideTest {
  private static final ModelRef COCO = Requests.ref("coco/1");

  private final FakeTicker clock = new FakeTicker();
  private final List<JobId> offered = new ArrayList<>();
  private final AtomicInteger numbers = new AtomicInteger();

  /** Happens when somebody looks at the clock next. */
  private Runnable meanwhile = () -> {};

  private final WorkerRegistry workers = new WorkerRegistry(clock);
  private final InFlightTable table =
      new InFlightTable(
          "router",
          20,
          new LeaseTerms(),
          () -> "token-" + numbers.incrementAndGet(),
          this::nanos,
          new Effects());
  private final WorkerSide side =
      new WorkerSide(
          table,
          workers,
          new ModelServing(workers, table),
          new FairTags(),
          () -> new Welcome("router", List.of(COCO), List.of()));

  private long nanos() {
    Runnable happens = meanwhile;
    meanwhile = () -> {};
    happens.run();
    return clock.nanos();
  }

  private final class Effects implements InFlightTable.Effects {
    @Override
    public void offer(JobDescriptor job) {
      offered.add(job.id());
    }

    @Override
    public void withdraw(JobDescriptor job) {}

    @Override
    public void cancel(String instance, JobId job) {}
  }

  private FakeChannel join(String instance) {
    var channel = new FakeChannel();
    side.joined(new Hello("id-of-" + instance, instance, "cpu"), channel);
    side.heard(instance, channel, ready());
    return channel;
  }

  private static State ready() {
    return new State(WorkerState.READY, List.of(new Resident(COCO.model(), COCO.digest(), 1_000)));
  }

  private JobId ask() {
    offered.clear();
    var flight =
        table.admit(
            Requests.request(COCO.model(), 1, clock.nanos()),
            false,
            job -> new OrderTag(1, 2),
            outcome -> {});
    assertThat(flight).isNotNull();
    return offered.get(0);
  }

  private Claim claimOf(String instance, JobId... jobs) {
    return new Claim(
        "id-of-" + instance, instance, "cpu", "claim-" + numbers.incrementAndGet(), List.of(jobs));
  }

  private Claim.Granted lease(String instance, JobId job) {
    List<Claim.Granted> granted = side.claim(claimOf(instance, job));
    assertThat(granted).hasSize(1);
    return granted.get(0);
  }

  private boolean isLate(Claim claim) {
    return side.leavesToOthers(claim, side.claim(claim));
  }

  private void failThree(String instance) {
    for (int job = 0; job < 3; job++) {
      Claim.Granted lease = lease(instance, ask());
      side.complete(
          List.of(
              new AttemptResult(
                  lease.id(),
                  lease.attempt(),
                  lease.token(),
                  new JobOutcome.Failed(JobOutcome.Reason.DEVICE, "it broke"),
                  WorkerTimings.NONE,
                  1,
                  BatchReason.IDLE,
                  0)));
    }
    assertThat(table.benched()).containsExactly(instance);
  }

  /** TCP may bring it long after the worker has opened another channel. */
  @Test
  void what_comes_over_a_channel_that_was_replaced_is_passed_over() {
    FakeChannel old = join("w");
    JobId job = ask();
    lease("w", job);
    join("w");
    offered.clear();

    side.heard("w", old, new State(WorkerState.DRAINING, List.of()));
    side.heard("w", old, new HandBack(List.of(job)));

    assertThat(workers.isResident(COCO.digest())).isTrue();
    assertThat(workers.drains("w")).isFalse();
    assertThat(offered).isEmpty();
  }

  @Test
  void a_worker_that_comes_back_while_its_old_channel_is_being_mourned_is_not_blamed() {
    FakeChannel old = join("w");
    List<JobId> jobs = List.of(ask(), ask());
    jobs.forEach(job -> lease("w", job));
    side.heard("w", old, new Executing(jobs, false));

    meanwhile = () -> join("w");
    side.left("w", old);

    for (JobId job : jobs) {
      assertThat(lease("another", job).alone()).describedAs("a suspect").isFalse();
    }
  }

  @Test
  void a_worker_that_failed_its_last_jobs_waits_for_its_answer_while_others_are_to_have_the_jobs() {
    join("sick");
    join("sound");
    failThree("sick");

    assertThat(isLate(claimOf("sick", ask()))).isTrue();
    assertThat(isLate(claimOf("sound", ask()))).isFalse();
  }

  /** It has other models, which wait as long as the answer does. */
  @Test
  void it_does_not_wait_to_hear_that_jobs_are_gone() {
    join("sick");
    join("sound");
    failThree("sick");
    JobId taken = ask();
    lease("sound", taken);

    assertThat(isLate(claimOf("sick", taken))).isFalse();
    assertThat(isLate(claimOf("sick", new JobId("router", 4_711)))).isFalse();
  }

  @Test
  void nor_does_it_when_nobody_else_could_do_them() {
    join("sick");
    failThree("sick");

    assertThat(isLate(claimOf("sick", ask()))).isFalse();
  }
}
