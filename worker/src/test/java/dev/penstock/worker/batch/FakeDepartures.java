package dev.penstock.worker.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.AttemptResult;
import dev.penstock.job.JobId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what becomes of jobs; each job has one end. */
class FakeDepartures implements Departures {
  final Map<Long, AttemptResult> results = new ConcurrentHashMap<>();
  final List<JobId> dropped = new CopyOnWriteArrayList<>();
  final List<JobId> givenUp = new CopyOnWriteArrayList<>();

  @Override
  public void ended(ClaimedJob job, AttemptResult result) {
    assertThat(results.put(job.id().sequence(), result)).describedAs("twice").isNull();
  }

  @Override
  public void givenUp(List<ClaimedJob> jobs) {
    jobs.forEach(job -> givenUp.add(job.id()));
  }

  @Override
  public void dropped(ClaimedJob job, String reason) {
    dropped.add(job.id());
  }
}
