package dev.penstock.router.dispatch.workers;

import dev.penstock.cluster.ControlMessage.FromRouter;
import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.Load;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Resident;
import dev.penstock.cluster.ControlMessage.Ring;
import dev.penstock.cluster.ControlMessage.State;
import dev.penstock.cluster.ControlMessage.Want;
import dev.penstock.cluster.ControlMessage.WorkerState;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.json.JsonArray;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
public final class WorkerRegistry {
  /** A look that comes later than this was not late by chance: the process slept. */
  private static final long LATE_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Ticker ticker;
  private final Map<String, WorkerSession> sessions = new TreeMap<>();
  private long events;
  private long rings;
  private long lookedNanos;

  public WorkerRegistry(Ticker ticker) {
    this.ticker = ticker;
    this.lookedNanos = ticker.nanos();
  }

  /**
   * A worker has opened its channel; any earlier one of it no longer counts and is closed: its
   * other end may be gone without a word.
   *
   * @param greeting what it is told first, asked here so that no broadcast can come between what it
   *     says and the worker's hearing it
   */
  public synchronized void joined(
      Hello hello, WorkerChannel channel, Supplier<? extends FromRouter> greeting) {
    var session = new WorkerSession(hello, channel, ticker.nanos());
    WorkerSession before = sessions.put(hello.instance(), session);
    if (before != null) {
      session.goesOnAs(before);
      before.channel.close();
    }
    session.send(greeting.get());
  }

  /**
   * A channel has closed.
   *
   * @return false when the worker has opened another one since, so that it is not gone
   */
  public synchronized boolean left(String instance, WorkerChannel channel) {
    WorkerSession session = sessions.get(instance);
    if (session == null || session.channel != channel) {
      return false;
    }
    sessions.remove(instance);
    return true;
  }

  /** Whether a worker has said that it is about to leave. */
  public synchronized boolean drains(String instance) {
    return find(instance).filter(session -> session.state == WorkerState.DRAINING).isPresent();
  }

  /**
   * A worker has said something, whatever it was.
   *
   * @return false when it said so over a channel that it has replaced since: it may be true no
   *     longer
   */
  public synchronized boolean heard(String instance, WorkerChannel channel) {
    WorkerSession session = sessions.get(instance);
    if (session == null || session.channel != channel) {
      return false;
    }
    session.heard(ticker.nanos());
    return true;
  }

  /**
   * To be called often: what has passed until now is the workers' silence, but for what this router
   * was asleep itself. What requests come before the first look after a sleep find the workers as
   * they were.
   *
   * @return for how long this router slept, in nanoseconds; 0 when it did not
   */
  public synchronized long look() {
    long now = ticker.nanos();
    long passed = now - lookedNanos;
    long slept = passed > LATE_LOOK_NANOS ? passed : 0;
    lookedNanos = now;
    sessions.values().forEach(session -> session.excuse(slept, now));
    return slept;
  }

  private long now() {
    return Math.min(ticker.nanos(), lookedNanos + LATE_LOOK_NANOS);
  }

  /** A worker says what it is up to and what it has. */
  public synchronized void state(String instance, State state) {
    find(instance).ifPresent(session -> session.state(state));
  }

  /** A worker cannot load a model; it is not asked again for a while. */
  public synchronized void failedToLoad(String instance, ModelRef model, String reason) {
    find(instance)
        .ifPresent(session -> session.failedToLoad(model.digest(), reason, ticker.nanos()));
  }

  /**
   * A worker says whether it wants a ring; it gets one at once if something came since its last
   * one.
   *
   * @param waits tells whether jobs of a model wait
   */
  public synchronized void wants(String instance, Want want, Predicate<ModelRef> waits) {
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
  public synchronized void queued(ModelRef model) {
    events++;
    ring(model);
  }

  /** Rings one worker that wants to be rung for that model, if there is one. */
  public synchronized void ring(ModelRef model) {
    for (Want kind : List.of(Want.IDLE, Want.ROOM)) {
      Optional<WorkerSession> chosen =
          sessions.values().stream()
              .filter(session -> session.wantsRing(kind, model, now()))
              .min(Comparator.comparingLong(session -> session.lastRing));
      if (chosen.isPresent()) {
        ringIfWanted(chosen.get(), kind, model);
        return;
      }
    }
  }

  private void ringIfWanted(WorkerSession session, Want kind, ModelRef model) {
    if (session.wantsRing(kind, model, now())) {
      session.rung(model, ++rings, events, ticker.nanos());
      session.send(new Ring(model));
    }
  }

  /** Sees to it that some worker has the model or loads it. */
  public synchronized Prospect ensureServed(ModelRef model) {
    long now = now();
    List<WorkerSession> serving =
        sessions.values().stream().filter(session -> session.serves(now)).toList();
    if (serving.isEmpty()) {
      return new Prospect.NoWorker();
    }
    String digest = model.digest();
    if (serving.stream().anyMatch(session -> session.residents.containsKey(digest))) {
      return new Prospect.Resident(loadNanos(digest));
    }
    if (serving.stream().anyMatch(session -> session.loading.contains(digest))) {
      return new Prospect.Loading();
    }
    Optional<WorkerSession> willing =
        serving.stream()
            .filter(session -> session.failure(digest, now) == null)
            .min(
                Comparator.comparingInt(
                    session -> session.residents.size() + session.loading.size()));
    if (willing.isEmpty()) {
      String reason =
          serving.stream()
              .flatMap(session -> Stream.ofNullable(session.failure(digest, now)))
              .findFirst()
              .orElse("no worker could load it");
      return new Prospect.Unloadable(reason);
    }
    WorkerSession session = willing.get();
    session.loading.add(digest);
    session.send(new Load(model));
    return new Prospect.Loading();
  }

  /** Whether a warm worker can be reached. */
  public boolean anyServes() {
    return serving() > 0;
  }

  /** How many warm workers can be reached. */
  public synchronized int serving() {
    long now = now();
    return (int) sessions.values().stream().filter(session -> session.serves(now)).count();
  }

  /** Whether a worker that serves has the package in memory. */
  public synchronized boolean isResident(String digest) {
    return sessions.values().stream()
        .anyMatch(session -> session.serves(now()) && session.residents.containsKey(digest));
  }

  /** The longest load of that package that a worker reported. */
  private long loadNanos(String digest) {
    return sessions.values().stream()
        .flatMap(session -> Stream.ofNullable(session.residents.get(digest)))
        .mapToLong(resident -> resident.loadNanos())
        .max()
        .orElse(0);
  }

  /** Ids of the models that a worker has in memory. */
  public synchronized Set<String> residentModels(String instance) {
    return find(instance).stream()
        .flatMap(session -> session.residents.values().stream())
        .map(Resident::model)
        .collect(Collectors.toSet());
  }

  /** The packages that workers which serve have in memory. */
  public synchronized Set<String> residentDigests() {
    return residentDigests(session -> true);
  }

  /** The packages that workers which serve have in memory, but for those. */
  public synchronized Set<String> residentDigestsBeside(Set<String> instances) {
    return residentDigests(session -> !instances.contains(session.hello.instance()));
  }

  private Set<String> residentDigests(Predicate<WorkerSession> counts) {
    var digests = new HashSet<String>();
    sessions.values().stream()
        .filter(session -> counts.test(session) && session.serves(now()))
        .forEach(session -> digests.addAll(session.residents.keySet()));
    return digests;
  }

  /** Tells one worker, if it is there. */
  public synchronized void send(String instance, FromRouter message) {
    find(instance).ifPresent(session -> session.send(message));
  }

  /** Tells all workers that live; one that sleeps hears it from the next message of its kind. */
  public synchronized void broadcast(FromRouter message) {
    long now = now();
    sessions.values().stream()
        .filter(session -> session.live(now))
        .forEach(session -> session.send(message));
  }

  /** Closes the channels of workers that have been silent for too long. */
  public synchronized void closeLost() {
    List.copyOf(sessions.values()).forEach(session -> session.closeIfLost(now()));
  }

  /** The workers as {@code /status} shows them. */
  public synchronized JsonArray status() {
    var workers = new JsonArray();
    sessions.values().forEach(session -> workers.add(session.status(now())));
    return workers;
  }

  /** Instances of the workers that live, whatever they are up to. */
  public synchronized Set<String> instances() {
    long now = now();
    return sessions.values().stream()
        .filter(session -> session.live(now))
        .map(session -> session.hello.instance())
        .collect(Collectors.toSet());
  }

  private Optional<WorkerSession> find(String instance) {
    return Optional.ofNullable(sessions.get(instance));
  }
}
