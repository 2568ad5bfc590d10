package dev.penstock.router.dispatch.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.router.dispatch.FakeTicker;
import dev.penstock.router.dispatch.fair.FairTags;
import dev.penstock.router.dispatch.inflight.InFlightTable;
import dev.penstock.router.dispatch.inflight.LeaseTerms;
import dev.penstock.router.dispatch.workers.WorkerRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class UpkeepTest {
  private final FakeTicker ticker = new FakeTicker();
  private final List<Set<String>> purges = new ArrayList<>();
  private boolean fails;
  private Set<String> routers = Set.of("mine", "other");

  private final WorkerRegistry workers = new WorkerRegistry(ticker);
  private final InFlightTable table =
      new InFlightTable("mine", 10, new LeaseTerms(), () -> "token", ticker, new NoEffects());
  private final Upkeep upkeep =
      new Upkeep(
          "mine",
          ticker,
          () -> routers,
          table,
          workers,
          new ModelServing(workers, table),
          new Queues(),
          new FairTags(),
          () -> {});

  private static final class NoEffects implements InFlightTable.Effects {
    @Override
    public void offer(JobDescriptor job) {}

    @Override
    public void withdraw(JobDescriptor job) {}

    @Override
    public void cancel(String instance, JobId job) {}
  }

  private final class Queues implements QueueAccess {
    @Override
    public void offer(JobDescriptor job, Consumer<JobDescriptor> queued) {}

    @Override
    public void withdraw(JobDescriptor job) {}

    @Override
    public void withdrawAgain() {}

    @Override
    public void look(String model, String incarnation, Look look) {}

    @Override
    public void purge(Set<String> liveIncarnations, Runnable failed) {
      purges.add(liveIncarnations);
      if (fails) {
        failed.run();
      }
    }
  }

  @Test
  void a_purge_that_failed_is_repeated_with_the_routers_there_are_by_then() {
    upkeep.tick();
    routers = Set.of("mine");
    fails = true;
    upkeep.tick();
    upkeep.tick();
    assertThat(purges).containsExactly(Set.of("mine"));

    upkeep.look();
    routers = Set.of("mine", "new");
    upkeep.tick();
    fails = false;
    upkeep.look();
    upkeep.look();
    assertThat(purges).containsExactly(Set.of("mine"), Set.of("mine"), Set.of("mine", "new"));
  }
}
