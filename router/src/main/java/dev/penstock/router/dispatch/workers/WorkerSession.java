package dev.penstock.router.dispatch.workers;

import dev.penstock.cluster.ControlMessage.FromRouter;
import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Resident;
import dev.penstock.cluster.ControlMessage.State;
import dev.penstock.cluster.ControlMessage.Want;
import dev.penstock.cluster.ControlMessage.WorkerState;
import dev.penstock.router.dispatch.inflight.LeaseTerms;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One worker at the other end of a control channel. Guarded by the {@link WorkerRegistry}. */
final class WorkerSession {
  /** A worker that has said nothing for so long is not counted on; six renewals were missed. */
  static final long SILENCE_NANOS = LeaseTerms.SILENCE_NANOS;

  /** How long a failed load keeps a worker from being asked again. */
  private static final long FAILURE_MEMORY_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** A ring that was not answered for so long is taken as lost. */
  private static final long RING_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /**
   * A worker that has said nothing for so long has its channel closed, so that nothing piles up in
   * it. If it only slept, it opens another one.
   */
  static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(10);

  final Hello hello;
  final WorkerChannel channel;
  final Map<String, Resident> residents = new HashMap<>();
  final Set<String> loading = new HashSet<>();
  private final Map<String, LoadFailure> failures = new HashMap<>();
  WorkerState state = WorkerState.LOADING;

  /** Why it is failing, or null. */
  @Nullable String failing;

  private Want want = Want.NOTHING;
  private @Nullable ModelRef ringingFor;
  private long rungNanos;
  long rungAtEvent;

  /** Which of the registry's rings was its last one; 0 when it was never rung. */
  long lastRing;

  /** Read without the registry's lock where all are told something. */
  private volatile long heardNanos;

  private record LoadFailure(String reason, long nanos) {}

  WorkerSession(Hello hello, WorkerChannel channel, long nowNanos) {
    this.hello = hello;
    this.channel = channel;
    this.heardNanos = nowNanos;
  }

  void heard(long nowNanos) {
    heardNanos = nowNanos;
  }

  /** What is known of the worker holds until it says otherwise, which it does at once. */
  void goesOnAs(WorkerSession before) {
    state = before.state;
    failing = before.failing;
    residents.putAll(before.residents);
  }

  void state(State now) {
    state = now.state();
    failing = now.reason();
    residents.clear();
    now.residents().forEach(resident -> residents.put(resident.digest(), resident));
    loading.removeAll(residents.keySet());
  }

  void excuse(long lateByNanos, long nowNanos) {
    // What it has said since counts from then on.
    heardNanos = Math.min(heardNanos + lateByNanos, nowNanos);
  }

  boolean live(long nowNanos) {
    return nowNanos - heardNanos <= SILENCE_NANOS;
  }

  /** Whether jobs can be expected to be taken by it. */
  boolean serves(long nowNanos) {
    return state == WorkerState.READY && live(nowNanos);
  }

  Want want() {
    return want;
  }

  /** What an outstanding ring is for, or null. */
  @Nullable ModelRef rungFor() {
    return ringingFor;
  }

  /** Takes what it wants now as the answer to an outstanding ring. */
  void wants(Want nextWant) {
    want = nextWant;
    ringingFor = null;
  }

  boolean wantsRing(Want kind, ModelRef model, long nowNanos) {
    if (ringingFor != null && nowNanos - rungNanos > RING_PATIENCE_NANOS) {
      ringingFor = null;
    }
    return want == kind
        && ringingFor == null
        && serves(nowNanos)
        && residents.containsKey(model.digest());
  }

  /** INVARIANT: at most one ring outstanding per worker. */
  void rung(ModelRef model, long ring, long event, long nowNanos) {
    ringingFor = model;
    lastRing = ring;
    rungAtEvent = event;
    rungNanos = nowNanos;
  }

  void failedToLoad(String digest, String reason, long nowNanos) {
    loading.remove(digest);
    failures.put(digest, new LoadFailure(reason, nowNanos));
  }

  /** Why it could not load the package a short while ago, or null. */
  @Nullable String failure(String digest, long nowNanos) {
    LoadFailure failure = failures.get(digest);
    return failure == null || nowNanos - failure.nanos() > FAILURE_MEMORY_NANOS
        ? null
        : failure.reason();
  }

  /** As {@code /status} shows it. */
  JsonObject status(String name, long nowNanos) {
    var models = new JsonArray();
    residents.values().stream().map(Resident::model).sorted().forEach(models::add);
    var worker =
        new JsonObject()
            .put("id", name)
            .put("device", hello.device())
            .put("state", state.name().toLowerCase(Locale.ROOT));
    if (failing != null) {
      worker.put("reason", failing);
    }
    return worker.put("reachable", live(nowNanos)).put("models", models);
  }

  void send(FromRouter message) {
    channel.send(message);
  }

  /**
   * Closes the channel of a worker that has been silent for too long; its end is then reported as
   * any other.
   */
  void closeIfLost(long nowNanos) {
    if (nowNanos - heardNanos > LOST_NANOS) {
      channel.close();
    }
  }
}
