package dev.penstock.router.dispatch.service;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.job.JobOutcome;
import dev.penstock.router.admission.AdmissionControl;
import dev.penstock.router.admission.AdmissionStatus;
import dev.penstock.router.admission.Devices;
import dev.penstock.router.admission.Entry;
import dev.penstock.router.admission.Line;
import dev.penstock.router.admission.Place;
import dev.penstock.router.admission.Refusal;
import dev.penstock.router.admission.Refusal.Reason;
import dev.penstock.router.admission.RequestTimeouts;
import dev.penstock.router.dispatch.Admission;
import dev.penstock.router.dispatch.InferenceOutcome;
import dev.penstock.router.dispatch.InferenceOutcome.JobReport;
import dev.penstock.router.dispatch.InferenceRequest;
import dev.penstock.router.dispatch.fair.FairTags;
import dev.penstock.router.dispatch.inflight.Flight;
import dev.penstock.router.dispatch.inflight.InFlightTable;
import dev.penstock.router.dispatch.workers.Prospect;
import dev.penstock.router.dispatch.workers.WorkerRegistry;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The door to the in-flight table: asks whether anybody serves and whether there is room, and tells
 * admission what becomes of those it let in. Any thread may use it; nothing blocks.
 */
final class Admissions {
  private static final int NO_WORKER_RETRY_SECONDS = 2;

  private final Vertx vertx;
  private final Ticker ticker;
  private final AdmissionControl control;
  private final WorkerRegistry workers;
  private final InFlightTable table;
  private final FairTags tags;

  /**
   * @param tags gives each job its place in the order
   */
  Admissions(
      Vertx vertx,
      Ticker ticker,
      AdmissionControl control,
      WorkerRegistry workers,
      InFlightTable table,
      FairTags tags) {
    this.vertx = vertx;
    this.ticker = ticker;
    this.control = control;
    this.workers = workers;
    this.table = table;
    this.tags = tags;
  }

  /** See {@link dev.penstock.router.dispatch.Dispatcher#refusal}. */
  Optional<Admission.Refused> refusal(Line line, long remainingNanos) {
    return workers.anyServes()
        ? control.glance(line, remainingNanos, devices()).map(Admissions::tooMuch)
        : Optional.of(noWorker());
  }

  /** See {@link dev.penstock.router.dispatch.Dispatcher#admit}. */
  Admission admit(InferenceRequest request, Consumer<InferenceOutcome> listener) {
    if (!workers.anyServes()) {
      return noWorker();
    }
    String digest = request.model().digest();
    Prospect prospect = workers.ensureServed(new ModelRef(request.model().id(), digest));
    if (prospect instanceof Prospect.Unloadable unloadable) {
      return new Admission.Unloadable(
          new JobOutcome.Failed(JobOutcome.Reason.LOAD, unloadable.reason()));
    }
    long remaining = request.startedNanos() + request.timeout().toNanos() - ticker.nanos();
    Entry entry =
        control.enter(
            request.caller(),
            request.priority(),
            digest,
            request.images().size(),
            remaining,
            devices());
    if (entry instanceof Refusal refusal) {
      return tooMuch(refusal);
    }
    boolean coldStart = !(prospect instanceof Prospect.Resident);
    return admitted(request, coldStart, (Place) entry, listener);
  }

  private Admission.Admitted admitted(
      InferenceRequest request,
      boolean coldStart,
      Place place,
      Consumer<InferenceOutcome> listener) {
    Flight flight =
        table.admit(
            request,
            coldStart,
            job -> tags.next(job, request.caller(), request.priority(), request.model().id()),
            outcome -> {
              learn(place, outcome);
              listener.accept(outcome);
            });
    if (flight == null) {
      // A place is given back only after its jobs have left the table.
      place.leave();
      throw new IllegalStateException("there was a place, and no room in the table");
    }
    long timer = vertx.setTimer(millisLeft(flight), fired -> expire(flight, request));
    flight.whenEnded(
        () -> {
          vertx.cancelTimer(timer);
          place.leave();
        });
    return () -> table.cancel(flight);
  }

  private long millisLeft(Flight flight) {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(flight.deadlineNanos() - ticker.nanos()));
  }

  private void expire(Flight flight, InferenceRequest request) {
    table.expire(flight, RequestTimeouts.expired(request.timeout()));
  }

  /** What a device has done tells how fast it is; what expired tells nothing. */
  private void learn(Place place, InferenceOutcome outcome) {
    JobReport report = outcome.criticalJob();
    if (report.batchSize() > 0) {
      boolean well = outcome.end() instanceof InferenceOutcome.Completed;
      place.ran(well ? report.timeline().worker().cost(report.batchSize()) : 0, jobsWait());
    }
  }

  /** Workers have taken jobs. */
  void claimed() {
    if (!jobsWait()) {
      control.nothingWaits();
    }
  }

  private Devices devices() {
    return new Devices(workers.serving(), jobsWait());
  }

  /** Whether devices have all they can do: jobs wait that some worker could run at once. */
  private boolean jobsWait() {
    return table.waitingModels().stream().anyMatch(model -> workers.isResident(model.digest()));
  }

  AdmissionStatus status() {
    return control.status(devices());
  }

  private Admission.Refused noWorker() {
    control.count(Reason.NO_WORKER);
    return new Admission.CannotServe(
        NO_WORKER_RETRY_SECONDS,
        "No worker is ready to run the model. Retry later, or start one with 'penstock worker'.");
  }

  private static Admission.Refused tooMuch(Refusal refusal) {
    return new Admission.TooMuch(refusal.retryAfterSeconds(), refusal.message());
  }
}
