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
import java.util.HashMap;
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
 * <p><b>INVARIANT.</b> What a claim, a queued job, an admission or a message to all costs under the
 * lock does not grow with the number of workers that are well: packages know their holders and the
 * first one that serves will do, those who want a ring stand in the order of their turns, and a
 * message to all is encoded once and sent after the lock was given back.
 *
 * <p>Thread-safe by one lock. Messages to one are handed to channels under it, which must only hand
 * them on.
 */
public final class WorkerRegistry {
  /** A look that comes later than this was not late by chance: the process slept. */
  private static final long LATE_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** For so long a number of workers is good enough; silence is noticed that much later. */
  private static final long COUNT_GOOD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Ticker ticker;

  /** How many workers there are of an id. */
  private final Map<String, Integer> namesakes = new HashMap<>();

  private final Map<String, WorkerSession> sessions = new TreeMap<>();
  private final Holders holders = new Holders();
  private final RingOrder ringOrder = new RingOrder();

  /** Held while all are told something, so that all hear two such things in one order. */
  private final Object telling = new Object();

  /** All sessions: another list whenever one comes or goes. */
  private List<WorkerSession> everybody = List.of();

  /** How many serve, and when that was counted; counted anew when something was heard since. */
  private int serving;

  private long countedNanos;
  private boolean counted;
  private long looks;

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
      forget(before);
      session.goesOnAs(before);
      before.channel.close();
    } else if (namesakes.merge(hello.workerId(), 1, Integer::sum) > 1) {
      WorkerNames.welcome(hello, sessions.values(), now());
    }
    holders.add(session);
    changed();
    // INVARIANT: nobody hears what is told to all before its greeting, or a newer catalog than the
    // one it is greeted with would be overtaken by that.
    session.send(greeting.get());
  }

  private void forget(WorkerSession session) {
    holders.remove(session);
    ringOrder.remove(session);
  }

  private void changed() {
    everybody = List.copyOf(sessions.values());
    counted = false;
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
    namesakes.computeIfPresent(
        session.hello.workerId(), (id, count) -> count > 1 ? count - 1 : null);
    forget(session);
    changed();
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
    counted &= session.live(now());
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
    find(instance)
        .ifPresent(
            session -> {
              holders.remove(session);
              session.state(state);
              holders.add(session);
              counted = false;
            });
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
    ModelRef rungFor = session.rungFor();
    ringOrder.move(session, () -> session.wants(want));
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
      long now = now();
      Optional<WorkerSession> chosen =
          ringOrder.first(kind, session -> looked(session).wantsRing(kind, model, now));
      if (chosen.isPresent()) {
        ringIfWanted(chosen.get(), kind, model);
        return;
      }
    }
  }

  private void ringIfWanted(WorkerSession session, Want kind, ModelRef model) {
    if (session.wantsRing(kind, model, now())) {
      ringOrder.move(session, () -> session.rung(model, ++rings, events, ticker.nanos()));
      session.send(new Ring(model));
    }
  }

  /** Sees to it that some worker has the model or loads it. */
  public synchronized Prospect ensureServed(ModelRef model) {
    long now = now();
    String digest = model.digest();
    if (isResident(digest)) {
      return new Prospect.Resident(loadNanos(digest));
    }
    List<WorkerSession> serving =
        sessions.values().stream().filter(session -> looked(session).serves(now)).toList();
    if (serving.isEmpty()) {
      return new Prospect.NoWorker();
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

  /**
   * What a worker is called, so that it can be told from all others.
   *
   * @param id what it calls itself
   */
  public synchronized String name(String instance, String id) {
    return find(instance).map(this::name).orElse(id);
  }

  private String name(WorkerSession session) {
    return namesakes.getOrDefault(session.hello.workerId(), 1) == 1
        ? session.hello.workerId()
        : WorkerNames.of(session.hello, sessions.values(), now());
  }

  /** Whether a warm worker can be reached. */
  public boolean anyServes() {
    return serving() > 0;
  }

  /** How many warm workers can be reached. */
  public synchronized int serving() {
    long now = now();
    if (!counted || now - countedNanos > COUNT_GOOD_NANOS) {
      serving =
          (int) sessions.values().stream().filter(session -> looked(session).serves(now)).count();
      counted = true;
      countedNanos = now;
    }
    return serving;
  }

  /** Whether a worker that serves has the package in memory. */
  public synchronized boolean isResident(String digest) {
    long now = now();
    return holders.of(digest).anyMatch(session -> looked(session).serves(now));
  }

  private WorkerSession looked(WorkerSession session) {
    looks++;
    return session;
  }

  /** How many workers were looked at so far: tests hold the invariant by it. */
  synchronized long looks() {
    return looks;
  }

  /** How long a load of that package took that some worker reported. */
  private long loadNanos(String digest) {
    return holders
        .of(digest)
        .limit(1)
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
    long now = now();
    return holders.digests(session -> looked(session).serves(now));
  }

  /** Which of these packages workers that serve have in memory, but for those workers. */
  public synchronized Set<String> residentBeside(Set<String> digests, Set<String> instances) {
    long now = now();
    return digests.stream()
        .filter(
            digest ->
                holders
                    .of(digest)
                    .anyMatch(
                        session ->
                            !instances.contains(session.hello.instance())
                                && looked(session).serves(now)))
        .collect(Collectors.toSet());
  }

  /** Tells one worker, if it is there. */
  public synchronized void send(String instance, FromRouter message) {
    find(instance).ifPresent(session -> session.send(message));
  }

  /** Tells all workers that live; one that sleeps hears it from the next message of its kind. */
  public void broadcast(FromRouter message) {
    var encoded = new EncodedOnce(message);
    synchronized (telling) {
      List<WorkerSession> told;
      long now;
      synchronized (this) {
        told = everybody;
        now = now();
      }
      for (WorkerSession session : told) {
        if (session.live(now)) {
          session.channel.send(message, encoded);
        }
      }
    }
  }

  /** Closes the channels of workers that have been silent for too long. */
  public synchronized void closeLost() {
    List.copyOf(sessions.values()).forEach(session -> session.closeIfLost(now()));
  }

  /** The workers as {@code /status} shows them. */
  public synchronized JsonArray status() {
    var workers = new JsonArray();
    long now = now();
    for (WorkerSession session : sessions.values()) {
      workers.add(session.status(name(session), now));
    }
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
