package dev.penstock.worker.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.Executing;
import dev.penstock.job.JobId;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.batch.ClaimedJob;
import dev.penstock.worker.batch.FakeModel;
import dev.penstock.worker.batch.ResidentModel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
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

  /** What kills the worker then may as well be the load. */
  @Test
  void a_suspect_does_not_run_alone_while_a_model_is_loaded() throws Exception {
    ClaimedJob suspect = held(id(7), resident);
    suspect.start(Ticker.SYSTEM.nanos());
    var announcer = new ExecutionAnnouncer(links, leases);
    var loads = new AnnouncedLoads(device, announcer);
    loads.load(FakeModel.modelPackage("coco/1"));
    device.beforeLoad = () -> announcer.starts(List.of(suspect), true);

    loads.load(FakeModel.modelPackage("coco/1"));
    device.beforeLoad = () -> {};
    loads.load(FakeModel.modelPackage("coco/1"));
    leases.ended(suspect.id(), 1);
    announcer.endedAlone(suspect);

    until(() -> router.heard(Executing.class).size() == 5);
    assertThat(router.heard(Executing.class))
        .containsExactly(
            new Executing(List.of(id(7)), false),
            new Executing(List.of(id(7)), true),
            new Executing(List.of(id(7)), false),
            new Executing(List.of(id(7)), true),
            new Executing(List.of(), false));
  }

  /** One of them may be leaving just then. */
  @Test
  void a_suspect_waits_for_all_routers_to_be_told_also_when_one_of_them_cannot_be() {
    Promise<Void> told = Promise.promise();
    var waits =
        new Thread(
            () -> ExecutionAnnouncer.await(List.of(Future.failedFuture("closed"), told.future())));
    waits.start();

    until(() -> waits.getState() == Thread.State.TIMED_WAITING);
    told.complete();

    until(() -> !waits.isAlive());
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
