package dev.penstock.worker.claim;

import dev.penstock.cluster.ControlMessage.HandBack;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.JobId;
import dev.penstock.worker.batch.ClaimedJob;
import dev.penstock.worker.batch.Leases;
import io.vertx.core.Vertx;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Posts results until they are acknowledged or their router is gone. Posting one twice is harmless:
 * the router knows it again. Any thread may call it; nothing blocks.
 */
final class ResultSender {
  private static final System.Logger LOG = System.getLogger(ResultSender.class.getName());
  private static final long RETRY_MILLIS = 100;

  private final RouterLinks links;
  private final Leases leases;
  private final Vertx vertx;

  ResultSender(RouterLinks links, Leases leases, Vertx vertx) {
    this.links = links;
    this.leases = leases;
    this.vertx = vertx;
  }

  void send(AttemptResult result) {
    RouterLink link = links.find(result.id().incarnation());
    if (link == null) {
      LOG.log(Level.DEBUG, "nobody to tell the result of {0}", result.id());
      ended(result);
      return;
    }
    link.post(List.of(result))
        .onSuccess(
            acks -> {
              if (!acks.equals(List.of("accepted"))) {
                LOG.log(
                    Level.DEBUG,
                    "result of {0} attempt {1}: {2}",
                    result.id(),
                    result.attempt(),
                    acks);
              }
              ended(result);
            })
        .onFailure(
            e -> {
              if (e instanceof RefusedException) {
                // It will not be taken the next time either. Without renewals its lease ends.
                LOG.log(
                    Level.WARNING, "The result of {0} is lost: {1}", result.id(), e.getMessage());
                ended(result);
                return;
              }
              LOG.log(
                  Level.INFO,
                  "Router {0} did not take a result ({1}); again.",
                  link.router().id(),
                  e.getMessage());
              vertx.setTimer(RETRY_MILLIS, fired -> send(result));
            });
  }

  /** Gives back jobs that were not started, and lets go of their models. */
  void handBack(Collection<ClaimedJob> jobs) {
    giveBack(jobs);
    jobs.forEach(ClaimedJob::release);
  }

  /** Gives back jobs whose models somebody else lets go of. */
  void giveBack(Collection<ClaimedJob> jobs) {
    tell(jobs.stream().map(ClaimedJob::id).toList());
    jobs.forEach(job -> leases.ended(job.id(), job.attempt()));
  }

  /** Gives back jobs that waited for their model; one may have come with two claims. */
  void giveBackCold(Collection<JobId> jobs) {
    tell(jobs);
    jobs.forEach(job -> leases.settled(Set.of(job)));
  }

  private void tell(Collection<JobId> jobs) {
    Map<String, List<JobId>> byRouter =
        jobs.stream().collect(Collectors.groupingBy(JobId::incarnation));
    byRouter.forEach(
        (incarnation, ids) -> {
          RouterLink link = links.find(incarnation);
          if (link != null) {
            link.send(new HandBack(ids));
          }
        });
  }

  private void ended(AttemptResult result) {
    if (!leases.ended(result.id(), result.attempt())) {
      leases.settled(Set.of(result.id())); // its model never came
    }
  }
}
