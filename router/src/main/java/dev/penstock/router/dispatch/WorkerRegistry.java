package dev.penstock.router.dispatch;

import dev.penstock.cluster.ControlMessage.FromRouter;
import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.Load;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Ring;
import dev.penstock.cluster.ControlMessage.State;
import dev.penstock.cluster.ControlMessage.Want;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The workers this router can reach, what they have loaded, and which of them to ring.
 *
 * <p><b>Waking the idle</b> (join-idle-queue): a worker that finds nothing says that it is idle; a
 * queued job rings one such worker that has the model, the one rung longest ago, or failing that
 * one whose next batch has room. At most one ring is outstanding per worker. A job that is queued
 * between a worker's last look and its saying so is not overlooked: jobs are counted as events, and
 * a worker that was last rung before the newest event is rung again.
 *
 * <p>Thread-safe by one lock. Messages are handed to channels under it, which must only hand them
 * on.
 */
final class WorkerRegistry {
  private final Ticker ticker;
  private final Map<String, WorkerSession> sessions = new TreeMap<>();
  private long events;
  private long rings;

  WorkerRegistry(Ticker ticker) {
    this.ticker = ticker;
  }

  synchronized void joined(Hello hello, WorkerChannel channel) {
    sessions.put(hello.instance(), new WorkerSession(hello, channel, ticker.nanos()));
  }

  /**
   * A channel has closed.
   *
   * @return false when the worker has opened another one since, so that it is not gone
   */
  synchronized boolean left(String instance, WorkerChannel channel) {
    WorkerSession session = sessions.get(instance);
    if (session == null || session.channel != channel) {
      return false;
    }
    sessions.remove(instance);
    return true;
  }

  synchronized void heard(String instance) {
    find(instance).ifPresent(session -> session.heard(ticker.nanos()));
  }

  /** Lets no worker look silent because this router was asleep itself. */
  synchronized void excuse(long lateByNanos) {
    sessions.values().forEach(session -> session.excuse(lateByNanos));
  }

  /**
   * A worker says what it is up to.
   *
   * @return digests of the models it has now and had not before
   */
  synchronized Set<String> state(String instance, State state) {
    WorkerSession session = sessions.get(instance);
    if (session == null) {
      return Set.of();
    }
    Set<String> before = Set.copyOf(session.residents.keySet());
    session.state = state.state();
    session.residents.clear();
    state.residents().forEach(resident -> session.residents.put(resident.digest(), resident));
    session.loading.removeAll(session.residents.keySet());
    var arrived = new HashSet<>(session.residents.keySet());
    arrived.removeAll(before);
    return arrived;
  }

  synchronized void failedToLoad(String instance, ModelRef model, String reason) {
    find(instance)
        .ifPresent(session -> session.failedToLoad(model.digest(), reason, ticker.nanos()));
  }

  /**
   * A worker says whether it wants a ring; it gets one at once if something came since its last
   * one.
   *
   * @param waits tells whether jobs of a model wait
   */
  synchronized void wants(String instance, Want want, Predicate<ModelRef> waits) {
    WorkerSession session = sessions.get(instance);
    if (session == null) {
      return;
    }
    ModelRef rungFor = session.wants(want);
    if (want == Want.NOTHING) {
      if (rungFor != null && waits.test(rungFor)) {
        ring(rungFor);
      }
    } else if (session.rungAtEvent < events) {
      session.residents.values().stream()
          .map(resident -> new ModelRef(resident.model(), resident.digest()))
          .filter(waits)
          .findFirst()
          .ifPresent(model -> ringIfWanted(session, want, model));
    }
  }

  /** A job stands in its queue: rings one worker that would take it. */
  synchronized void queued(ModelRef model) {
    events++;
    ring(model);
  }

  /** Rings one worker that wants to be rung for that model, if there is one. */
  synchronized void ring(ModelRef model) {
    for (Want kind : List.of(Want.IDLE, Want.ROOM)) {
      Optional<WorkerSession> chosen =
          sessions.values().stream()
              .filter(session -> session.wantsRing(kind, model, ticker.nanos()))
              .min(Comparator.comparingLong(session -> session.lastRing));
      if (chosen.isPresent()) {
        ringIfWanted(chosen.get(), kind, model);
        return;
      }
    }
  }

  private void ringIfWanted(WorkerSession session, Want kind, ModelRef model) {
    if (session.wantsRing(kind, model, ticker.nanos())) {
      session.rung(model, ++rings, events, ticker.nanos());
      session.send(new Ring(model));
    }
  }

  /** What can be said of a model's chances. */
  sealed interface Prospect {
    /** Some worker has it or is loading it. */
    record Served() implements Prospect {}

    /** There is no worker. */
    record NoWorker() implements Prospect {}

    /** All workers tried and failed. */
    record Unloadable(String reason) implements Prospect {}
  }

  /** Sees to it that some worker has the model or loads it. */
  synchronized Prospect ensureServed(ModelRef model) {
    long now = ticker.nanos();
    List<WorkerSession> serving =
        sessions.values().stream().filter(session -> session.serves(now)).toList();
    if (serving.isEmpty()) {
      return new Prospect.NoWorker();
    }
    if (serving.stream().anyMatch(session -> session.has(model.digest()))) {
      return new Prospect.Served();
    }
    Optional<WorkerSession> willing =
        serving.stream()
            .filter(session -> session.failure(model.digest(), now) == null)
            .min(
                Comparator.comparingInt(
                    session -> session.residents.size() + session.loading.size()));
    willing.ifPresent(
        session -> {
          session.loading.add(model.digest());
          session.send(new Load(model));
        });
    return willing
        .<Prospect>map(session -> new Prospect.Served())
        .orElseGet(
            () ->
                new Prospect.Unloadable(
                    serving.stream()
                        .flatMap(session -> Stream.ofNullable(session.failure(model.digest(), now)))
                        .findFirst()
                        .orElse("no worker could load it")));
  }

  synchronized boolean anyServes() {
    return sessions.values().stream().anyMatch(session -> session.serves(ticker.nanos()));
  }

  synchronized boolean isResident(String digest) {
    return sessions.values().stream()
        .anyMatch(
            session -> session.serves(ticker.nanos()) && session.residents.containsKey(digest));
  }

  /** The longest load of that package that a worker reported. */
  synchronized long loadNanos(String digest) {
    return sessions.values().stream()
        .flatMap(session -> Stream.ofNullable(session.residents.get(digest)))
        .mapToLong(resident -> resident.loadNanos())
        .max()
        .orElse(0);
  }

  synchronized Set<String> residentDigests() {
    var digests = new HashSet<String>();
    sessions.values().stream()
        .filter(session -> session.serves(ticker.nanos()))
        .forEach(session -> digests.addAll(session.residents.keySet()));
    return digests;
  }

  synchronized void send(String instance, FromRouter message) {
    find(instance).ifPresent(session -> session.send(message));
  }

  /** Tells all workers that live; one that sleeps hears it from the next message of its kind. */
  synchronized void broadcast(FromRouter message) {
    long now = ticker.nanos();
    sessions.values().stream()
        .filter(session -> session.live(now))
        .forEach(session -> session.send(message));
  }

  /** Closes the channels of workers that have been silent for too long. */
  synchronized void closeLost() {
    List.copyOf(sessions.values()).forEach(session -> session.closeIfLost(ticker.nanos()));
  }

  /** The workers as {@code /status} shows them. */
  synchronized JsonArray status() {
    var workers = new JsonArray();
    for (WorkerSession session : sessions.values()) {
      var models = new JsonArray();
      session.residents.values().stream()
          .map(resident -> resident.model())
          .sorted()
          .forEach(models::add);
      workers.add(
          new JsonObject()
              .put("id", session.hello.workerId())
              .put("device", session.hello.device())
              .put("state", session.state.name().toLowerCase(Locale.ROOT))
              .put("reachable", session.live(ticker.nanos()))
              .put("models", models));
    }
    return workers;
  }

  private Optional<WorkerSession> find(String instance) {
    return Optional.ofNullable(sessions.get(instance));
  }
}
