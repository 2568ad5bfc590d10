package dev.penstock.worker.claim;

import dev.penstock.cluster.ControlMessage.Executing;
import dev.penstock.worker.batch.ClaimedJob;
import dev.penstock.worker.batch.ExecutionListener;
import dev.penstock.worker.batch.Leases;
import io.vertx.core.Future;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tells routers what is being executed, so that they know what killed this worker if it dies of it.
 *
 * <p>A batch does not wait for its announcement, which is far quicker than decoding. A job that
 * runs alone does: it is likely to kill, and the announcement decides whether another worker has to
 * die.
 *
 * <p>A model that is loaded beside it may kill the worker, too: meanwhile it does not run alone.
 */
final class ExecutionAnnouncer implements ExecutionListener {
  private static final System.Logger LOG = System.getLogger(ExecutionAnnouncer.class.getName());

  /** Longer than a write to a socket takes, unless its router hangs. */
  private static final long PATIENCE_MILLIS = 500;

  private final RouterLinks links;
  private final Leases leases;
  private boolean suspectRuns;
  private boolean loading;

  ExecutionAnnouncer(RouterLinks links, Leases leases) {
    this.links = links;
    this.leases = leases;
  }

  @Override
  public void starts(List<ClaimedJob> jobs, boolean alone) {
    if (alone) {
      await(tellOfSuspect());
    } else {
      Set<String> concerned =
          jobs.stream().map(job -> job.id().incarnation()).collect(Collectors.toSet());
      tell(concerned);
    }
  }

  private synchronized List<Future<Void>> tellOfSuspect() {
    suspectRuns = true;
    // All routers: nothing of theirs runs now.
    return tell(links.incarnations());
  }

  @Override
  public synchronized void endedAlone(ClaimedJob job) {
    suspectRuns = false;
    tell(Set.of(job.id().incarnation()));
  }

  /** A model is about to be loaded. Blocks until routers know, if they have to. */
  void loadStarts() {
    await(tellOfLoad(true));
  }

  /** The load has ended, well or badly. */
  void loadEnded() {
    tellOfLoad(false);
  }

  private synchronized List<Future<Void>> tellOfLoad(boolean underWay) {
    loading = underWay;
    return suspectRuns ? tell(links.incarnations()) : List.of();
  }

  /** INVARIANT: what a router hears last is how it is. Looking and telling are one step. */
  private synchronized List<Future<Void>> tell(Collection<String> incarnations) {
    return incarnations.stream()
        .flatMap(incarnation -> Stream.ofNullable(links.find(incarnation)))
        .map(link -> link.send(executing(link)))
        .toList();
  }

  private Executing executing(RouterLink link) {
    var jobs = leases.executing(link.router().incarnation());
    return new Executing(jobs, suspectRuns && !loading && !jobs.isEmpty());
  }

  /** Waits for all of them: one that cannot be told, because it is going, does not end the wait. */
  static void await(List<Future<Void>> told) {
    try {
      Future.join(told).await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.log(Level.WARNING, "A router did not hear in time that a suspect starts; starting it.");
    } catch (Exception e) { // Vert.x throws what the channel failed with, checked or not
      LOG.log(Level.DEBUG, "A router does not hear that a suspect starts", e);
    }
  }
}
