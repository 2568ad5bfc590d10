package dev.penstock.router.dispatch.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.AttemptResult;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.timing.Stage;
import dev.penstock.job.wire.Claim;
import dev.penstock.router.dispatch.DispatchCounters;
import dev.penstock.router.dispatch.InferenceOutcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sees everything that happens in a simulated cluster, and objects to what must not. */
final class SimWitness {
  /** Nothing happens to a job that waits, for so long, although a worker has nothing to do. */
  private static final long IN_VAIN = TimeUnit.MILLISECONDS.toNanos(2_500);

  /** Workers that one job may kill: one in a batch, one alone, and one that could not say so. */
  private static final int MOST_KILLED = 3;

  private final SimCluster cluster;
  private final Map<JobId, SimJob> jobs = new HashMap<>();
  private final Set<SimJob> open = new LinkedHashSet<>();
  private SimCluster.@Nullable Asked admitting;

  SimWitness(SimCluster cluster) {
    this.cluster = cluster;
  }

  /** What is offered next, and was never before, belongs to this request. */
  void admitting(SimCluster.Asked asked) {
    admitting = asked;
  }

  void offered(JobDescriptor job) {
    SimJob seen = jobs.get(job.id());
    if (seen == null) {
      SimCluster.Asked asked = Objects.requireNonNull(admitting);
      seen = new SimJob(job, asked, asked.payloads.get(asked.jobs.size()));
      asked.jobs.add(seen);
      jobs.put(job.id(), seen);
      open.add(seen);
    }
    cluster.world.trace("offered", job.id(), seen.payload, "tag", job.tag());
    assertThat(job).describedAs("a job keeps its place").isEqualTo(seen.descriptor);
    assertThat(seen.ended).describedAs("%s is offered after its end", job.id()).isFalse();
    seen.waits = true;
    seen.touched = cluster.world.now();
  }

  private SimJob seen(JobId job) {
    return Objects.requireNonNull(jobs.get(job));
  }

  void polled(JobDescriptor job) {
    SimJob seen = jobs.get(job.id());
    if (seen != null) {
      seen.touched = cluster.world.now();
    }
  }

  void granted(Claim claim, List<Claim.Granted> granted) {
    cluster.world.trace(
        claim.instance(),
        "claims",
        claim.jobs(),
        "gets",
        granted.stream().map(lease -> lease.id() + "#" + lease.attempt()).toList());
    for (Claim.Granted lease : granted) {
      SimJob job = seen(lease.id());
      assertThat(job.ended).describedAs("%s is leased after its end", lease.id()).isFalse();
      String earlier = job.claims.put(lease.token(), claim.claimId());
      if (earlier == null) {
        assertThat(job.waits).describedAs("%s is leased twice", lease.id()).isTrue();
        assertThat(lease.attempt()).isEqualTo(++job.attempts);
      } else {
        assertThat(earlier).describedAs("the same lease, another claim").isEqualTo(claim.claimId());
        assertThat(lease.attempt()).isEqualTo(job.attempts);
      }
      job.waits = false;
      job.alone |= lease.alone();
      job.touched = cluster.world.now();
    }
  }

  void started(SimWorker worker, List<SimDevice.Work> batch) {
    cluster.world.trace(
        worker.instance, "starts", batch, batch.get(0).lease.alone() ? "alone" : "");
    for (SimDevice.Work job : batch) {
      SimJob seen = seen(job.id());
      seen.startedAt = cluster.world.now();
      assertThat(seen.startedAttempts.add(job.lease.attempt()))
          .describedAs("%s reaches a device once", job)
          .isTrue();
    }
  }

  /** A worker dies of what it runs. */
  void killed(SimWorker worker) {
    // A router that cannot hear of the death sees a silent worker, and silence never counts.
    for (List<SimDevice.Work> batch : worker.device.running()) {
      // It is killed by the mate that does so before anything is said of the batch.
      boolean atOnce = batch.stream().anyMatch(job -> job.payload() == SimPayload.KILLS_AT_ONCE);
      SimPayload killer = atOnce ? SimPayload.KILLS_AT_ONCE : SimPayload.KILLS;
      batch.stream()
          .filter(job -> job.payload() == killer && isHeard(worker, job))
          .map(job -> seen(job.id()))
          .forEach(
              job ->
                  assertThat(++job.killed)
                      .describedAs("workers killed by %s", job.descriptor.id())
                      .isLessThanOrEqualTo(
                          job.payload == SimPayload.KILLS ? MOST_KILLED - 1 : MOST_KILLED));
    }
  }

  /** A sick worker fails a job. */
  void failed(SimWorker worker, JobId job) {
    seen(job).failedBy.add(worker.instance);
  }

  private boolean isHeard(SimWorker worker, SimDevice.Work job) {
    SimWorker.Session session = worker.session(job.id().incarnation());
    SimJob seen = seen(job.id());
    boolean live = !seen.waits && seen.attempts == job.lease.attempt();
    return live && session != null && quietSince(worker, session) < seen.startedAt;
  }

  void acknowledged(AttemptResult result, String ack) {
    cluster.world.trace("a result of", result.id() + "#" + result.attempt(), "is", ack);
    if (ack.equals("accepted") && result.outcome() instanceof JobOutcome.Done) {
      // The other images of its request may still run.
      SimJob job = seen(result.id());
      job.ended = true;
      open.remove(job);
    }
  }

  void told(SimCluster.Asked asked, InferenceOutcome outcome) {
    cluster.world.trace(
        "the client of", asked, "is told", outcome.end().getClass().getSimpleName());
    asked.outcomes.add(outcome);
    assertThat(asked.outcomes).describedAs("answers to one request").hasSize(1);
    assertThat(asked.hungUp).describedAs("told after it hung up").isFalse();
    ended(asked);
    checkEnd(asked, outcome);
    checkTimes(outcome);
  }

  /** A request is over, and with it its jobs. */
  void ended(SimCluster.Asked asked) {
    asked.jobs.forEach(job -> job.ended = true);
    asked.jobs.forEach(open::remove);
  }

  private void checkEnd(SimCluster.Asked asked, InferenceOutcome outcome) {
    InferenceOutcome.End end = outcome.end();
    if (end instanceof InferenceOutcome.Completed) {
      assertThat(asked.payloads).containsOnly(SimPayload.GOOD);
    } else if (end instanceof InferenceOutcome.Failed failed) {
      JobOutcome.Reason reason = failed.failure().reason();
      if (reason == JobOutcome.Reason.UNREADABLE_IMAGE) {
        assertThat(asked.payloads).contains(SimPayload.BAD);
      } else if (failed.failure().message().contains("workers died")) {
        assertThat(asked.payloads).describedAs("quarantined").anyMatch(payload -> payload.kills());
      } else {
        checkDeviceFailure(asked.jobs.get(outcome.critical()));
      }
    }
  }

  /** The client hears of a device's failure when two have failed, or nobody else could try. */
  private void checkDeviceFailure(SimJob job) {
    if (job.failedBy.size() == 1) {
      for (SimWorker worker : cluster.workers) {
        assertThat(!job.failedBy.contains(worker.instance) && couldTry(worker, job))
            .describedAs("%s could have tried what a sick worker failed", worker.instance)
            .isFalse();
      }
    }
  }

  private boolean couldTry(SimWorker worker, SimJob job) {
    SimWorker.Session session = worker.session(job.descriptor.id().incarnation());
    if (session == null || worker.device.sick) {
      return false;
    }
    long since =
        Math.max(
            Math.max(quietSince(worker, session), worker.device.failedAt),
            worker.residentSince(job.descriptor.model()));
    return cluster.world.now() - since > IN_VAIN;
  }

  private static void checkTimes(InferenceOutcome outcome) {
    for (InferenceOutcome.JobReport job : outcome.jobs()) {
      var timeline = job.timeline();
      timeline.stamp(Stage.ANSWERED, timeline.at(Stage.RETURNED));
      var timings = timeline.timings();
      assertThat(
              List.of(timings.queue(), timings.retry(), timings.transport(), timings.execution()))
          .describedAs("parts of %s", timings)
          .allMatch(part -> part >= 0);
      assertThat(timings.unaccounted()).isZero();
    }
  }

  void check(SimRouter router) {
    List<String> violations = router.table.violations();
    if (!violations.isEmpty()) {
      throw new AssertionError(router.incarnation + ": " + violations);
    }
  }

  /** Nobody waits in vain: while a worker is idle, something happens to every job that waits. */
  void checkProgress() {
    long now = cluster.world.now();
    if (now - cluster.queue.stalledUntil() < IN_VAIN) {
      return;
    }
    for (SimWorker worker : cluster.workers) {
      if (worker.serves() && worker.device.rests() && !worker.device.sick) {
        for (SimWorker.Session session : worker.sessions()) {
          long since = Math.max(quietSince(worker, session), worker.device.restsSince());
          if (now - since > IN_VAIN) {
            checkNobodyWaits(worker, session.router, since);
          }
        }
      }
    }
  }

  private void checkNobodyWaits(SimWorker worker, SimRouter router, long since) {
    for (SimJob job : open) {
      boolean inVain =
          job.asked.router == router
              && job.waits
              && !job.asked.over()
              && worker.residents().contains(job.descriptor.model())
              && cluster.world.now() - Math.max(since, job.touched) > IN_VAIN;
      assertThat(inVain)
          .describedAs("%s waits while %s is idle", job.descriptor.id(), worker.instance)
          .isFalse();
    }
  }

  /** Since when nothing has been wrong between a worker and a router; now when something is. */
  private long quietSince(SimWorker worker, SimWorker.Session session) {
    SimProcess router = session.router.process;
    if (!worker.serves() || !router.running() || session.link.isCut() || session.channel == null) {
      return cluster.world.now();
    }
    return Math.max(
        Math.max(worker.process.awakeSince(), router.awakeSince()),
        Math.max(session.link.mendedAt(), session.openedAt));
  }

  /**
   * Everything has been all right for a while and nobody asks any more.
   *
   * @param calmSince whose deadline is well after this must have got its answer
   * @param patience how long answers may take once all is well
   */
  void checkTheEnd(long calmSince, long patience) {
    for (SimCluster.Asked asked : cluster.requests) {
      assertThat(asked.over()).describedAs("a request is left without an answer").isTrue();
      if (!asked.outcomes.isEmpty() && asked.deadline > calmSince + patience) {
        assertThat(asked.end())
            .describedAs("could have been answered in time")
            .isNotInstanceOf(InferenceOutcome.Expired.class);
      }
    }
    for (SimRouter router : cluster.members()) {
      DispatchCounters counters = router.table.counters();
      assertThat(counters.inFlight()).isZero();
      assertThat(counters.admitted()).isEqualTo(counters.answered() + counters.cancelled());
    }
    var standing = new ArrayList<JobDescriptor>();
    SimCluster.MODELS.forEach(model -> standing.addAll(cluster.queue.jobs(model)));
    assertThat(standing).describedAs("descriptors nobody takes away").isEmpty();
  }
}
