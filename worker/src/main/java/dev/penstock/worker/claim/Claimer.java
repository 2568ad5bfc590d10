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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Takes descriptors out of the queues and claims them, one batch ahead of the device.
 *
 * <p>One thread polls, because the calls block; claims are answered on event loops. A descriptor
 * between its poll and its claim is the only thing a dying worker takes with it unseen, so nothing
 * happens in between. After an empty look the worker says what it wants and waits for a ring, for
 * room, or for {@link #SCAN_MILLIS}.
 */
final class Claimer implements Runnable {
  private static final System.Logger LOG = System.getLogger(Claimer.class.getName());

  /** Covers a lost ring. */
  private static final long SCAN_MILLIS = 250;

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
    this.claims = new OpenClaims(ticker);
  }

  @Override
  public void run() {
    try {
      while (!stopped) {
        if (!looked()) {
          signal.await(SCAN_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * One look into the queues; false when there was nothing to take. INVARIANT: the thread outlives
   * whatever goes wrong in one look, for without it the worker would seem alive and take nothing.
   */
  private boolean looked() {
    try {
      beforeLook.run();
      if (takeSome()) {
        return true;
      }
      say(room() ? (next.idle() && claims.isEmpty() ? Want.IDLE : Want.ROOM) : Want.NOTHING);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "A look into the queues failed; looking on.", e);
    }
    return false;
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

  private boolean takeSome() {
    List<ResidentModel> open = shelf.residents().stream().filter(model -> room(model) > 0).toList();
    JobTaker.Taken taken = taker.take(open, this::room);
    if (taken == null) {
      return false;
    }
    try {
      claim(taken.model(), taken.jobs());
    } finally {
      taken.model().release();
    }
    return true;
  }

  private void claim(ResidentModel model, List<JobDescriptor> taken) {
    Map<String, List<JobDescriptor>> byRouter =
        taken.stream().collect(Collectors.groupingBy(job -> job.id().incarnation()));
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
          List<JobId> ids = jobs.stream().map(JobDescriptor::id).toList();
          leases.underWay(ids);
          var claim =
              new Claim(
                  self.workerId(),
                  self.instance(),
                  self.device(),
                  UUID.randomUUID().toString(),
                  ids);
          send(link, claim, jobs, claims.open(model, jobs.size(), incarnation), 1);
        });
  }

  /** Repeats a claim whose answer was lost: the router gives the same leases again. */
  private void send(
      RouterLink link, Claim claim, List<JobDescriptor> jobs, OpenClaim open, int attempt) {
    link.claim(claim)
        .onSuccess(
            granted -> {
              try {
                arrived(jobs, granted);
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
                leases.settled(claim.jobs());
                settled(open);
              }
            });
  }

  private void arrived(List<JobDescriptor> jobs, List<Claim.Granted> granted) {
    long now = ticker.nanos();
    Set<JobId> gone =
        jobs.stream().map(JobDescriptor::id).collect(Collectors.toCollection(HashSet::new));
    granted.forEach(lease -> gone.remove(lease.id()));
    leases.settled(gone);
    arrivals.arrived(jobs, granted, now);
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
