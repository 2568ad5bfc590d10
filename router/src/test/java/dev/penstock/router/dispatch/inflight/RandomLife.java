package dev.penstock.router.dispatch.inflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.Held;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.BatchReason;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.timing.Stage;
import dev.penstock.job.timing.WorkerTimings;
import dev.penstock.job.wire.Claim;
import dev.penstock.router.dispatch.DispatchCounters;
import dev.penstock.router.dispatch.InferenceOutcome;
import dev.penstock.router.dispatch.Requests;
import dev.penstock.router.dispatch.inflight.TableWorld.Asked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Some clients, some workers that do everything workers have ever done wrong, and a queue that
 * loses and doubles descriptors. What they do next is decided by a list of whims.
 */
final class RandomLife {
  private static final List<String> MODELS = List.of("coco/1", "parts/7");

  private final Iterator<Integer> whims;
  private final TableWorld world = new TableWorld();
  private final List<Asked> requests = new ArrayList<>();
  private final List<Worker> workers = new ArrayList<>();

  /** Every lease that was ever given, with the time it was given at. */
  private final Map<Claim.Granted, Long> leases = new LinkedHashMap<>();

  private final Map<JobId, Integer> latestAttempt = new HashMap<>();
  private boolean trustworthy;
  private final Set<String> tokens = new HashSet<>();

  private static final class Worker {
    final String instance;
    final List<JobDescriptor> polled = new ArrayList<>();
    final List<Claim.Granted> held = new ArrayList<>();
    final List<Claim> claims = new ArrayList<>();

    Worker(String instance) {
      this.instance = instance;
    }
  }

  RandomLife(List<Integer> whims) {
    this.whims = whims.iterator();
    world.elsewhere = Set.of(Requests.ref(MODELS.get(0)).digest());
    for (int i = 0; i < 3; i++) {
      workers.add(new Worker("w" + i));
    }
  }

  /** One of so many possibilities; the first one when there are no whims left. */
  private int whim(int possibilities) {
    return whims.hasNext() ? whims.next() % possibilities : 0;
  }

  void live() {
    while (whims.hasNext()) {
      step();
      world.ticker.advanceMillis(whim(200));
      passDeadlines();
      requests.forEach(RandomLife::checkToldOnce);
    }
  }

  /** One honest worker remains and nothing gets lost any more: everything must come to an end. */
  void settle() {
    trustworthy = true;
    var last = new Worker("the last one");
    for (int round = 0; round < 12 && world.table.counters().inFlight() > 0; round++) {
      poll(last, Integer.MAX_VALUE);
      claimPolled(last);
      List.copyOf(last.held).forEach(lease -> post(lease, lease.token(), done(lease)));
      last.held.clear();
      world.ticker.advanceMillis(500);
      world.step(() -> world.table.expireLeases(0));
      world.look();
    }
  }

  void checkTheEnd() {
    DispatchCounters counters = world.table.counters();
    assertThat(counters.inFlight()).describedAs("left in flight: %s", counters).isZero();
    assertThat(counters.admitted()).isEqualTo(counters.answered() + counters.cancelled());
    for (Asked asked : requests) {
      assertThat(asked.outcomes.size() == 1 || asked.cancelled).isTrue();
      asked.outcomes.forEach(RandomLife::checkTimes);
    }
  }

  private static void checkToldOnce(Asked asked) {
    assertThat(asked.outcomes).hasSizeLessThanOrEqualTo(1);
  }

  private static void checkTimes(InferenceOutcome outcome) {
    for (InferenceOutcome.JobReport job : outcome.jobs()) {
      var timeline = job.timeline();
      timeline.stamp(Stage.ANSWERED, timeline.at(Stage.RETURNED));
      var timings = timeline.timings();
      assertThat(timings.unaccounted()).isZero();
      assertThat(
              List.of(
                  timings.receive(),
                  timings.queue(),
                  timings.retry(),
                  timings.transport(),
                  timings.execution()))
          .describedAs("parts of %s", timings)
          .allMatch(part -> part >= 0);
    }
  }

  private void step() {
    Worker worker = workers.get(whim(workers.size()));
    switch (whim(18)) {
      case 0, 1, 2 -> admit();
      case 3, 4 -> poll(worker, 1 + whim(4));
      case 5, 6 -> claimPolled(worker);
      case 7 -> claimWrongly(worker);
      case 8, 9 -> postSomething(worker);
      case 10 -> renew(worker);
      case 11 -> world.step(() -> world.table.expireLeases(whim(4) == 0 ? 1_000_000 : 0));
      case 12 -> die(worker);
      case 13 -> handBack(worker);
      case 14 -> trouble();
      case 15 -> executes(worker);
      case 16 -> comesBack(worker);
      default -> world.look();
    }
  }

  private void admit() {
    String model = MODELS.get(whim(MODELS.size()));
    Duration timeout = Duration.ofMillis(whim(5) == 0 ? 700 : 20_000);
    int before = world.table.counters().inFlight();
    int images = 1 + whim(4);
    Asked asked = world.ask(model, images, timeout);
    assertThat(asked.flight != null).isEqualTo(before + images <= TableWorld.BOUND);
    if (asked.flight != null) {
      requests.add(asked);
    }
  }

  private void poll(Worker worker, int most) {
    world.queue.sort(Comparator.comparingLong(JobDescriptor::tag));
    for (int taken = 0; taken < most && !world.queue.isEmpty(); taken++) {
      worker.polled.add(world.queue.remove(0));
    }
  }

  private void claimPolled(Worker worker) {
    JobId[] jobs = worker.polled.stream().map(JobDescriptor::id).toArray(JobId[]::new);
    worker.polled.clear();
    claim(worker, world.claimOf(worker.instance, jobs));
  }

  /** Repeats a claim, or claims what it never polled: leased, gone and foreign jobs. */
  private void claimWrongly(Worker worker) {
    if (whim(2) == 0 && !worker.claims.isEmpty()) {
      claim(worker, worker.claims.get(whim(worker.claims.size())));
    } else {
      var jobs = new ArrayList<>(latestAttempt.keySet());
      jobs.removeIf(job -> whim(2) == 0);
      jobs.add(new JobId("another router", 1));
      claim(worker, world.claimOf(worker.instance, jobs.toArray(JobId[]::new)));
    }
  }

  private void claim(Worker worker, Claim claim) {
    worker.claims.add(claim);
    List<Claim.Granted> granted = world.claim(claim);
    for (Claim.Granted lease : granted) {
      int latest = latestAttempt.getOrDefault(lease.id(), 0);
      boolean repeated = !tokens.add(lease.token());
      assertThat(lease.attempt())
          .describedAs("a lease is the one of the same claim, or a new one")
          .isEqualTo(repeated ? latest : latest + 1);
      latestAttempt.put(lease.id(), lease.attempt());
      if (!repeated) {
        leases.put(lease, world.ticker.nanos());
      }
    }
    boolean answerArrives = trustworthy || whim(5) > 0;
    if (answerArrives) {
      worker.held.addAll(granted);
    }
  }

  /** The result of any attempt there ever was, its own or not, right or wrong, again or not. */
  private void postSomething(Worker worker) {
    List<Claim.Granted> source =
        whim(4) == 0 || worker.held.isEmpty() ? List.copyOf(leases.keySet()) : worker.held;
    if (source.isEmpty()) {
      return;
    }
    Claim.Granted lease = source.get(whim(source.size()));
    String token = whim(8) == 0 ? "forged" : lease.token();
    post(lease, token, whim(3) == 0 ? failed() : done(lease));
    worker.held.remove(lease);
  }

  private JobOutcome done(Claim.Granted lease) {
    return new JobOutcome.Done(1, 1, lease.payload(), null);
  }

  private JobOutcome failed() {
    var reasons = List.of(JobOutcome.Reason.values());
    return new JobOutcome.Failed(reasons.get(whim(reasons.size())), "why");
  }

  private void post(Claim.Granted lease, String token, JobOutcome outcome) {
    long held = world.ticker.nanos() - leases.getOrDefault(lease, world.ticker.nanos());
    var timings = new WorkerTimings(held, held - held / 2, 0, 0, held / 2, 0);
    var result =
        new AttemptResult(
            lease.id(), lease.attempt(), token, outcome, timings, 1, BatchReason.IDLE, 0);
    Ack ack = world.step(() -> world.table.complete(result));
    assertThat(token.equals("forged") && ack == Ack.ACCEPTED).isFalse();
  }

  private void renew(Worker worker) {
    long executing = whim(6) == 0 ? TimeUnit.HOURS.toNanos(1) : -1;
    var held = new ArrayList<Held>();
    worker.held.forEach(lease -> held.add(new Held(lease.id(), executing)));
    held.removeIf(lease -> whim(4) == 0);
    world.step(() -> world.table.renew(worker.instance, held));
  }

  /** With all it polled and all it held. Another start of it takes its place. */
  private void die(Worker worker) {
    workers.remove(worker);
    workers.add(new Worker(worker.instance + "'"));
    switch (whim(3)) {
      case 0 -> world.step(() -> world.table.workerGone(worker.instance));
      case 1 -> world.step(() -> world.table.workerDied(worker.instance));
      default -> {
        // Nobody hears of it.
      }
    }
  }

  /** Says that it executes some of what it holds, alone or not, true or not. */
  private void executes(Worker worker) {
    Set<JobId> jobs =
        worker.held.stream()
            .map(Claim.Granted::id)
            .filter(job -> whim(3) > 0)
            .collect(Collectors.toSet());
    boolean alone = whim(2) == 0;
    world.step(() -> world.table.executing(worker.instance, jobs, alone));
  }

  /** Its channel had broken, and it has opened another one. */
  private void comesBack(Worker worker) {
    if (whim(2) == 0) {
      world.step(() -> world.table.workerDied(worker.instance));
    }
    world.step(() -> world.table.workerJoined(worker.instance));
  }

  private void handBack(Worker worker) {
    List<JobId> jobs = worker.held.stream().map(Claim.Granted::id).toList();
    world.step(() -> world.table.handBack(worker.instance, jobs));
    worker.held.clear();
  }

  private void trouble() {
    switch (whim(5)) {
      case 0 -> world.queue.removeIf(job -> whim(2) == 0);
      case 1 -> world.queue.addAll(List.copyOf(world.queue));
      case 2 -> {
        var failure = new JobOutcome.Failed(JobOutcome.Reason.LOAD, "why");
        world.step(() -> world.table.failWaiting(Requests.ref(MODELS.get(0)), failure));
      }
      default -> {
        if (!requests.isEmpty()) {
          cancelIfOpen(requests.get(whim(requests.size())));
        }
      }
    }
  }

  private void cancelIfOpen(Asked asked) {
    boolean open = asked.outcomes.isEmpty();
    world.step(() -> world.table.cancel(asked.flight()));
    asked.cancelled |= open;
  }

  private void passDeadlines() {
    for (Asked asked : requests) {
      if (asked.flight().deadlineNanos() - world.ticker.nanos() <= 0) {
        world.expire(asked);
      }
    }
  }
}
