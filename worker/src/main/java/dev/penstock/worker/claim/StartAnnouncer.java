package dev.penstock.worker.claim;

import dev.penstock.cluster.ControlMessage.Started;
import dev.penstock.job.JobId;
import dev.penstock.worker.batch.ClaimedJob;
import dev.penstock.worker.batch.StartListener;
import io.vertx.core.Future;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Tells routers what is about to run, so that they know what killed this worker if it dies of it.
 *
 * <p>A batch does not wait for its announcement, which overtakes decoding by far. A job that runs
 * alone does: it is likely to kill, and the announcement decides whether another worker has to die.
 */
final class StartAnnouncer implements StartListener {
  private static final System.Logger LOG = System.getLogger(StartAnnouncer.class.getName());

  /** Longer than a write to a socket takes, unless its router hangs. */
  private static final long PATIENCE_MILLIS = 500;

  private final RouterLinks links;

  StartAnnouncer(RouterLinks links) {
    this.links = links;
  }

  @Override
  public void started(List<ClaimedJob> jobs, boolean alone) {
    Map<String, List<JobId>> byRouter =
        jobs.stream().map(ClaimedJob::id).collect(Collectors.groupingBy(JobId::incarnation));
    var written = new ArrayList<Future<Void>>();
    byRouter.forEach(
        (incarnation, ids) -> {
          RouterLink link = links.find(incarnation);
          if (link != null) {
            written.add(link.send(new Started(ids, alone)));
          }
        });
    if (alone) {
      await(Future.all(written));
    }
  }

  private static void await(Future<?> written) {
    try {
      written.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.log(Level.WARNING, "A router did not hear in time that a suspect starts; starting it.");
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "A router does not hear that a suspect starts", e);
    }
  }
}
