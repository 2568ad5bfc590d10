package dev.penstock.router.api;

import dev.penstock.job.BatchReason;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.timing.Stage;
import dev.penstock.job.timing.Timeline;
import dev.penstock.job.timing.WorkerTimings;
import dev.penstock.model.ModelPackage;
import dev.penstock.router.admission.Caller;
import dev.penstock.router.dispatch.Admission;
import dev.penstock.router.dispatch.Dispatcher;
import dev.penstock.router.dispatch.InferenceOutcome;
import dev.penstock.router.dispatch.InferenceOutcome.JobReport;
import dev.penstock.router.dispatch.InferenceRequest;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers as the test says; without being told, with an empty list of predictions. */
final class FakeDispatcher implements Dispatcher {
  static final String EMPTY = "{\"predictions\":[]}";

  final BlockingQueue<InferenceRequest> requests = new LinkedBlockingQueue<>();
  final AtomicInteger cancelled = new AtomicInteger();
  final CompletableFuture<String> cancelling = new CompletableFuture<>();
  final List<String> unloaded = new CopyOnWriteArrayList<>();
  final List<String> loaded = new CopyOnWriteArrayList<>();
  private final Ticker ticker;
  volatile BiFunction<InferenceRequest, Consumer<InferenceOutcome>, Admission> behaviour;
  volatile Future<Long> load = Future.succeededFuture(0L);
  final BlockingQueue<Optional<Caller>> glances = new LinkedBlockingQueue<>();
  volatile Optional<Admission.Refused> refusal = Optional.empty();
  volatile boolean ready = true;
  volatile boolean coldStart;

  FakeDispatcher(Ticker ticker) {
    this.ticker = ticker;
    this.behaviour = (request, listener) -> complete(request, listener, EMPTY, null);
  }

  /** Every image is done, each with that answer. */
  void answers(String json, byte @Nullable [] picture) {
    behaviour = (request, listener) -> complete(request, listener, json, picture);
  }

  void ends(InferenceOutcome.End end) {
    behaviour =
        (request, listener) -> {
          listener.accept(new InferenceOutcome(end, List.of(report(request)), 0));
          return new Accepted();
        };
  }

  void refuses(Admission admission) {
    behaviour = (request, listener) -> admission;
  }

  /** Never answers. */
  void hangs() {
    behaviour = (request, listener) -> new Accepted();
  }

  private Admission complete(
      InferenceRequest request,
      Consumer<InferenceOutcome> listener,
      String json,
      byte @Nullable [] picture) {
    var done = new JobOutcome.Done(640, 480, json.getBytes(StandardCharsets.UTF_8), picture);
    var results = request.images().stream().map(image -> done).toList();
    var jobs = request.images().stream().map(image -> report(request)).toList();
    // On a thread of the dispatcher's choice, as the contract has it.
    new Thread(
            () ->
                listener.accept(
                    new InferenceOutcome(
                        new InferenceOutcome.Completed(results), jobs, jobs.size() - 1)))
        .start();
    return new Accepted();
  }

  JobReport report(InferenceRequest request) {
    var timeline = new Timeline(request.startedNanos());
    timeline.stamp(Stage.RECEIVED, request.receivedNanos());
    timeline.stamp(Stage.QUEUED, ticker.nanos());
    timeline.stamp(Stage.CLAIMED, ticker.nanos());
    timeline.worker(new WorkerTimings(110, 10, 20, 15, 60, 5));
    timeline.stamp(Stage.RETURNED, ticker.nanos() + 200);
    return new JobReport(
        timeline, 2, "w1", "cpu", 4, BatchReason.FULL, coldStart, coldStart ? 1_500_000_000L : 0);
  }

  @Override
  public Optional<Admission.Refused> refusal(@Nullable Caller caller, long remainingNanos) {
    glances.add(Optional.ofNullable(caller));
    return refusal;
  }

  @Override
  public Admission admit(InferenceRequest request, Consumer<InferenceOutcome> listener) {
    requests.add(request);
    return behaviour.apply(request, listener);
  }

  @Override
  public boolean ready() {
    return ready;
  }

  @Override
  public Future<Long> load(ModelPackage model) {
    loaded.add(model.id());
    return load;
  }

  @Override
  public void unload(ModelPackage model) {
    unloaded.add(model.id());
  }

  @Override
  public Set<String> residentDigests() {
    return Set.of("digest-of-coco/1");
  }

  @Override
  public int inFlight() {
    return 3;
  }

  @Override
  public JsonObject status() {
    return new JsonObject()
        .put("routers", new JsonArray())
        .put("workers", new JsonArray())
        .put("queues", JsonArray.of(new JsonObject().put("model", "coco/1").put("jobs", 7)))
        .put("jobs", new JsonObject().put("admitted", 9).put("reoffered", 2));
  }

  private final class Accepted implements Admission.Admitted {
    @Override
    public void cancel() {
      cancelled.incrementAndGet();
      cancelling.complete("cancelled");
    }
  }
}
