package dev.penstock.router.dispatch.service;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.job.JobOutcome;
import dev.penstock.router.dispatch.Dispatcher.LoadFailure;
import dev.penstock.router.dispatch.inflight.InFlightTable;
import dev.penstock.router.dispatch.workers.LoadWaiters;
import dev.penstock.router.dispatch.workers.Prospect;
import dev.penstock.router.dispatch.workers.WorkerRegistry;
import io.vertx.core.Future;

/**
 * Sees to it that models which are waited for are loaded somewhere, and tells who waits how it
 * went. Any thread may use it; nothing blocks.
 */
final class ModelServing {
  private final WorkerRegistry workers;
  private final InFlightTable table;
  private final LoadWaiters loads = new LoadWaiters();

  ModelServing(WorkerRegistry workers, InFlightTable table) {
    this.workers = workers;
    this.table = table;
  }

  /** See {@link dev.penstock.router.dispatch.Dispatcher#load}. */
  Future<Long> load(ModelRef model) {
    if (workers.isResident(model.digest())) {
      return Future.succeededFuture(0L);
    }
    // Waits first and asks then: a load that ends in between is found by the asking.
    Future<Long> loaded = loads.await(model);
    serve(model);
    return loaded;
  }

  /** Looks after a model that is waited for; ends all waiting for it when that is in vain. */
  void serve(ModelRef model) {
    Prospect prospect = workers.ensureServed(model);
    if (prospect instanceof Prospect.Resident resident) {
      loads.loaded(model.digest(), resident.loadNanos());
    } else if (prospect instanceof Prospect.Unloadable unloadable) {
      table.failWaiting(model, new JobOutcome.Failed(JobOutcome.Reason.LOAD, unloadable.reason()));
      loads.failed(model.digest(), new LoadFailure(false, unloadable.reason()));
    } else if (prospect instanceof Prospect.NoWorker) {
      loads.failed(model.digest(), new LoadFailure(true, "No worker is ready to load it."));
    }
  }

  /** Looks after all models that somebody wants loaded. */
  void serveAwaited() {
    loads.waiting().forEach(this::serve);
  }
}
