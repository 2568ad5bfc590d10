package dev.penstock.worker.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.Executing;
import dev.penstock.job.JobId;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.batch.ClaimedJob;
import dev.penstock.worker.batch.ResidentModel;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ExecutionAnnouncerTest extends WorkerSide {
  private final ResidentModel resident = model.resident("coco/1");

  @Test
  void what_is_executed_is_announced_to_the_routers_it_came_from() {
    ClaimedJob job = held(id(7), resident);
    held(id(8), resident);
    var announcer = new ExecutionAnnouncer(links, leases);

    job.start(Ticker.SYSTEM.nanos());
    announcer.starts(List.of(job), false);
    announcer.starts(List.of(job), true);
    leases.ended(job.id(), 1);
    announcer.endedAlone(job);

    until(() -> router.heard(Executing.class).size() == 3);
    assertThat(router.heard(Executing.class))
        .containsExactly(
            new Executing(List.of(id(7)), false),
            new Executing(List.of(id(7)), true),
            new Executing(List.of(), false));
  }

  @Test
  void a_suspect_of_one_router_tells_the_others_that_nothing_of_theirs_runs() {
    ClaimedJob strange = held(new JobId("another router", 8), resident);
    strange.start(Ticker.SYSTEM.nanos());

    new ExecutionAnnouncer(links, leases).starts(List.of(strange), true);

    until(() -> router.heard(Executing.class).size() == 1);
    assertThat(router.heard(Executing.class)).containsExactly(new Executing(List.of(), false));
  }
}
