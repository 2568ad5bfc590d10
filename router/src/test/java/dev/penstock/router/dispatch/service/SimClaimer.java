package dev.penstock.router.dispatch.service;

import dev.penstock.cluster.ControlMessage.Progress;
import dev.penstock.cluster.ControlMessage.Waiting;
import dev.penstock.cluster.ControlMessage.Want;
import dev.penstock.cluster.ControlMessage.Wants;
import dev.penstock.cluster.VirtualTimes;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.wire.Claim;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Takes descriptors out of the queues and claims them, one batch ahead, as workers do. */
final class SimClaimer {
  private static final long SCAN = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long OPEN_CLAIM_PATIENCE = TimeUnit.SECONDS.toNanos(1);
  private static final long PASS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final int TRIES = 3;

  private final SimCluster cluster;
  private final SimWorker worker;
  private final List<OpenClaim> open = new ArrayList<>();
  private final Map<String, Map<String, Long>> waitingSince = new HashMap<>();
  private Want said = Want.NOTHING;
  private boolean rung;
  private boolean looking;
  private boolean signalled;
  private boolean stopped;
  private final VirtualTimes virtualTimes = new VirtualTimes();
  private int claims;

  /** It dies when it has polled and has not claimed. */
  boolean diesBeforeItClaims;

  /** It keeps what it has polled to itself. */
  boolean neverClaims;

  private static final class OpenClaim {
    final String model;
    final int jobs;
    final String incarnation;
    final long sinceNanos;
    boolean overlooked;

    OpenClaim(String model, int jobs, String incarnation, long sinceNanos) {
      this.incarnation = incarnation;
      this.model = model;
      this.jobs = jobs;
      this.sinceNanos = sinceNanos;
    }
  }

  SimClaimer(SimCluster cluster, SimWorker worker) {
    this.cluster = cluster;
    this.worker = worker;
  }

  void start() {
    worker.process.every(SCAN, this::signal);
    signal();
  }

  void stop() {
    stopped = true;
  }

  Want said() {
    return said;
  }

  List<Progress> progress() {
    return virtualTimes.all().entrySet().stream()
        .map(queue -> new Progress(queue.getKey(), queue.getValue(), 0))
        .toList();
  }

  boolean hasOpenClaims() {
    return !open.isEmpty();
  }

  void rung() {
    rung = true;
    signal();
  }

  /** There may be something to take. */
  void signal() {
    if (looking) {
      signalled = true;
    } else if (!stopped) {
      looking = true;
      signalled = false;
      look(
          worker.residents().stream()
              .sorted(Comparator.comparing(this::since))
              .toList()
              .iterator());
    }
  }

  /** A router says what waits. */
  void heard(String incarnation, List<Waiting> queues) {
    var since = new HashMap<String, Long>();
    queues.forEach(
        queue -> since.put(queue.model().model(), worker.process.nanos() - queue.oldestNanos()));
    waitingSince.put(incarnation, since);
  }

  /** Since when its oldest job has waited, as far as routers told. */
  private long since(String model) {
    return waitingSince.values().stream()
        .mapToLong(models -> models.getOrDefault(model, Long.MAX_VALUE))
        .min()
        .orElse(Long.MAX_VALUE);
  }

  private void look(Iterator<String> models) {
    while (models.hasNext() && !stopped) {
      String model = models.next();
      int room = room(model);
      if (room > 0) {
        poll(
            model,
            room,
            new ArrayList<>(),
            taken -> {
              if (taken.isEmpty()) {
                look(models);
              } else {
                if (claim(model, taken)) {
                  looked(true);
                } else {
                  worker.process.after(PASS, this::signal);
                  looked(false);
                }
              }
            });
        return;
      }
    }
    say(want());
    looked(false);
  }

  private void looked(boolean again) {
    looking = false;
    if (again || signalled) {
      signal();
    }
  }

  private Want want() {
    boolean room = worker.residents().stream().anyMatch(model -> room(model) > 0);
    boolean idle = worker.device.idle() && counting().isEmpty();
    return room ? (idle ? Want.IDLE : Want.ROOM) : Want.NOTHING;
  }

  private void say(Want want) {
    if (want != said || rung) {
      rung = false;
      said = want;
      worker.broadcast(new Wants(want));
    }
  }

  private int room(String model) {
    List<OpenClaim> counting = counting();
    boolean otherUnderWay = counting.stream().anyMatch(claim -> !claim.model.equals(model));
    int underWay = counting.stream().mapToInt(claim -> claim.jobs).sum();
    return otherUnderWay ? 0 : worker.device.room(model) - underWay;
  }

  /** All but the oldest of each router that is late with it, and those of who is passed over. */
  private List<OpenClaim> counting() {
    Map<String, OpenClaim> overdue = overdue();
    var counting = new ArrayList<OpenClaim>();
    for (OpenClaim claim : open) {
      if (claim == overdue.get(claim.incarnation) || passesOver(claim.incarnation)) {
        claim.overlooked = true;
      } else {
        counting.add(claim);
      }
    }
    return counting;
  }

  private Map<String, OpenClaim> overdue() {
    return open.stream()
        .filter(claim -> worker.process.nanos() - claim.sinceNanos >= OPEN_CLAIM_PATIENCE)
        .collect(Collectors.toMap(claim -> claim.incarnation, claim -> claim, (old, later) -> old));
  }

  /** A router that owes an answer and is silent, while another one speaks. */
  private boolean passesOver(String incarnation) {
    Set<String> speaking = worker.speaking();
    return !speaking.isEmpty()
        && !speaking.contains(incarnation)
        && overdue().containsKey(incarnation);
  }

  private void poll(
      String model, int most, List<JobDescriptor> taken, Consumer<List<JobDescriptor>> then) {
    cluster.queue.poll(
        worker.process,
        model,
        job -> {
          if (job != null) {
            cluster.witness.polled(job);
            cluster.world.trace(worker.process.name, "polls", job.id());
            virtualTimes.reached(model, job.tag());
            taken.add(job);
          }
          if (job == null || taken.size() == most || stopped) {
            then.accept(taken);
          } else {
            poll(model, most, taken, then);
          }
        },
        () -> then.accept(taken));
  }

  /** False when jobs were passed over. */
  private boolean claim(String model, List<JobDescriptor> taken) {
    if (diesBeforeItClaims) {
      worker.kill();
    }
    if (neverClaims || diesBeforeItClaims) {
      return true;
    }
    Map<String, List<JobDescriptor>> byRouter =
        taken.stream().collect(Collectors.groupingBy(job -> job.id().incarnation()));
    boolean passed = byRouter.keySet().removeIf(this::passesOver);
    byRouter.forEach(
        (incarnation, jobs) -> {
          SimWorker.Session session = worker.session(incarnation);
          if (session == null) {
            cluster.world.trace(worker.process.name, "drops jobs of", incarnation);
            return;
          }
          Set<JobId> ids = ids(jobs);
          worker.device.leases.underWay(ids);
          var claim =
              new Claim(
                  worker.process.name,
                  worker.instance,
                  "simulated",
                  worker.instance + "-" + ++claims,
                  List.copyOf(ids));
          var openClaim = new OpenClaim(model, jobs.size(), incarnation, worker.process.nanos());
          open.add(openClaim);
          send(session, claim, jobs, openClaim, 1);
        });
    return !passed;
  }

  private void send(
      SimWorker.Session session,
      Claim claim,
      List<JobDescriptor> jobs,
      OpenClaim openClaim,
      int attempt) {
    session.link.<List<Claim.Granted>>call(
        worker.process,
        session.router.process,
        answer -> session.router.claim(claim, answer),
        granted -> {
          Set<JobId> gone = ids(jobs);
          granted.forEach(lease -> gone.remove(lease.id()));
          worker.device.leases.settled(gone);
          worker.device.arrived(granted, jobs, openClaim.overlooked);
          settled(openClaim);
        },
        () -> {
          if (attempt < TRIES && worker.session(session.router.incarnation) == session) {
            send(session, claim, jobs, openClaim, attempt + 1);
          } else {
            worker.device.leases.settled(ids(jobs));
            settled(openClaim);
          }
        });
  }

  private static Set<JobId> ids(List<JobDescriptor> jobs) {
    return jobs.stream()
        .map(JobDescriptor::id)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private void settled(OpenClaim openClaim) {
    open.remove(openClaim);
    signal();
  }
}
