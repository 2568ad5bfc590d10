package dev.penstock.worker.claim;

import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.Want;
import dev.penstock.cluster.ControlMessage.Wants;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.wire.Claim;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.batch.Leases;
import dev.penstock.worker.batch.NextBatch;
import dev.penstock.worker.batch.ResidentModel;
import dev.penstock.worker.claim.OpenClaims.OpenClaim;
import dev.penstock.worker.queue.JobTaker;
import dev.penstock.worker.shelf.ModelShelf;
import java.lang.System.Logger.Level;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes descriptors out of the queues and claims them, one batch ahead of the device.
 *
 * <p>One thread polls, because the calls block; claims are answered on event loops. A descriptor
 * between its poll and its claim is the only thing a dying worker takes with it unseen, so nothing
 * happens in between. After an empty look the worker says what it wants and waits for a ring, for
 * room, or for {@link #SCAN_MILLIS}. Jobs of a router that does not answer are taken out of the way
 * of others' jobs and left to be missed by it, but not as fast as can be: other workers may get
 * them.
 */
final class Claimer implements Runnable {
  private static final System.Logger LOG = System.getLogger(Claimer.class.getName());

  /** Covers a lost ring. */
  private static final long SCAN_MILLIS = 250;

  /** After jobs were passed over. */
  private static final long PASS_MILLIS = 10;

  private static final int TRIES = 3;

  private final Hello self;
  private final JobTaker taker;
  private final RouterLinks links;
  private final ModelShelf shelf;
  private final NextBatch next;
  private final Leases leases;
  private final Arrivals arrivals;
  private final Signal signal;
  private final Runnable beforeLook;
  private final Ticker ticker;

  private final OpenClaims claims;
  private volatile boolean stopped;
  private volatile boolean rung;
  private Want said = Want.NOTHING;

  /**
   * @param beforeLook called on the claimer's thread before each look; may block
   */
  Claimer(
      Hello self,
      JobTaker taker,
      RouterLinks links,
      ModelShelf shelf,
      NextBatch next,
      Leases leases,
      Arrivals arrivals,
      OpenClaims claims,
      Signal signal,
      Runnable beforeLook,
      Ticker ticker) {
    this.self = self;
    this.taker = taker;
    this.links = links;
    this.shelf = shelf;
    this.next = next;
    this.leases = leases;
    this.arrivals = arrivals;
    this.signal = signal;
    this.beforeLook = beforeLook;
    this.ticker = ticker;
    this.claims = claims;
  }

  @Override
  public void run() {
    try {
      while (!stopped) {
        long pause = look();
        if (pause > 0) {
          signal.await(pause);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * One look into the queues; returns how long to wait for the next one, in milliseconds.
   * INVARIANT: the thread outlives whatever goes wrong in one look, for without it the worker would
   * seem alive and take nothing.
   */
  private long look() {
    try {
      beforeLook.run();
      JobTaker.Taken taken = take();
      if (taken != null) {
        try {
          return claim(taken.model(), taken.jobs()) ? 0 : PASS_MILLIS;
        } finally {
          // While it is claimed, the claim holds it.
          taken.model().release();
        }
      }
      say(room() ? (next.idle() && claims.isEmpty() ? Want.IDLE : Want.ROOM) : Want.NOTHING);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "A look into the queues failed; looking on.", e);
    }
    return SCAN_MILLIS;
  }

  /** A router has rung; it is owed an answer. */
  void rung() {
    rung = true;
    signal.raise();
  }

  /** Takes nothing more. */
  void stop() {
    stopped = true;
    taker.stop();
    signal.raise();
  }

  /** What it said last, for a router that has just been reached. */
  void repeatTo(RouterLink link) {
    synchronized (this) {
      link.send(new Wants(said));
    }
    signal.raise();
  }

  private boolean room() {
    return shelf.residents().stream().anyMatch(model -> room(model) > 0);
  }

  private int room(ResidentModel model) {
    return claims.otherThan(model) || arrivals.avoids(model.id())
        ? 0
        : next.room(model) - claims.jobs(model);
  }

  private JobTaker.@Nullable Taken take() {
    List<ResidentModel> open = shelf.residents().stream().filter(model -> room(model) > 0).toList();
    return taker.take(open, this::room);
  }

  /** False when jobs were passed over. */
  private boolean claim(ResidentModel model, List<JobDescriptor> taken) {
    Map<String, List<JobDescriptor>> byRouter =
        taken.stream().collect(Collectors.groupingBy(job -> job.id().incarnation()));
    boolean passed = byRouter.keySet().removeIf(this::passesOver);
    byRouter.forEach(
        (incarnation, jobs) -> {
          RouterLink link = links.find(incarnation);
          if (link == null) {
            // Its router is gone, and with it whoever waited. If it is only not known here yet, it
            // will miss the job.
            LOG.log(
                Level.DEBUG,
                "dropped {0} jobs of router {1}, which is not there",
                jobs.size(),
                incarnation);
            return;
          }
          Set<JobId> ids = ids(jobs);
          leases.underWay(ids);
          var claim =
              new Claim(
                  self.workerId(),
                  self.instance(),
                  self.device(),
                  UUID.randomUUID().toString(),
                  List.copyOf(ids));
          send(link, claim, jobs, claims.open(model, jobs.size(), incarnation), 1);
        });
    return !passed;
  }

  private boolean passesOver(String incarnation) {
    boolean passesOver = claims.passesOver(incarnation);
    if (passesOver) {
      LOG.log(Level.DEBUG, "passed over jobs of router {0}, which is silent", incarnation);
    }
    return passesOver;
  }

  /** Repeats a claim whose answer was lost: the router gives the same leases again. */
  private void send(
      RouterLink link, Claim claim, List<JobDescriptor> jobs, OpenClaim open, int attempt) {
    link.claim(claim)
        .onSuccess(
            granted -> {
              try {
                arrived(jobs, granted, claims.isOverlooked(open));
              } finally {
                settled(open);
              }
            })
        .onFailure(
            e -> {
              if (attempt < TRIES && links.find(link.router().incarnation()) == link) {
                send(link, claim, jobs, open, attempt + 1);
              } else {
                LOG.log(
                    Level.WARNING,
                    "Router {0} did not answer a claim: {1}",
                    link.router().id(),
                    e.getMessage());
                leases.settled(ids(jobs));
                settled(open);
              }
            });
  }

  private void arrived(List<JobDescriptor> jobs, List<Claim.Granted> granted, boolean overlooked) {
    long now = ticker.nanos();
    Set<JobId> gone = ids(jobs);
    granted.forEach(lease -> gone.remove(lease.id()));
    leases.settled(gone);
    arrivals.arrived(jobs, granted, now, overlooked);
  }

  /** Copies of a descriptor may be polled together. */
  private static Set<JobId> ids(List<JobDescriptor> jobs) {
    return jobs.stream()
        .map(JobDescriptor::id)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private void settled(OpenClaim open) {
    claims.close(open);
    signal.raise();
  }

  /** INVARIANT: what routers hear last is what was said last; see {@link #repeatTo}. */
  private synchronized void say(Want want) {
    // A ring that came after this look gets its answer after the next one.
    if (want != said || rung) {
      rung = false;
      said = want;
      links.broadcast(new Wants(want));
    }
  }
}
