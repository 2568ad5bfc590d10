package dev.penstock.router.dispatch.service;

import dev.penstock.cluster.ControlMessage;
import dev.penstock.cluster.ControlMessage.Backlog;
import dev.penstock.cluster.ControlMessage.Cancel;
import dev.penstock.cluster.ControlMessage.FromRouter;
import dev.penstock.cluster.ControlMessage.FromWorker;
import dev.penstock.cluster.ControlMessage.HandBack;
import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.Load;
import dev.penstock.cluster.ControlMessage.Renew;
import dev.penstock.cluster.ControlMessage.Resident;
import dev.penstock.cluster.ControlMessage.Ring;
import dev.penstock.cluster.ControlMessage.State;
import dev.penstock.cluster.ControlMessage.Waiting;
import dev.penstock.cluster.ControlMessage.Wants;
import dev.penstock.cluster.ControlMessage.Welcome;
import dev.penstock.cluster.ControlMessage.WorkerState;
import dev.penstock.job.AttemptResult;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A worker as routers see it: control channels, renewals, results until they are acknowledged. What
 * it does with jobs is the matter of its {@link SimClaimer} and {@link SimDevice}.
 */
final class SimWorker {
  private static final long RECONNECT = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long SILENCE = 5 * TimeUnit.MILLISECONDS.toNanos(ControlMessage.BEAT_MILLIS);
  private static final long SPEAKS =
      TimeUnit.MILLISECONDS.toNanos(3 * ControlMessage.BEAT_MILLIS / 2);
  private static final long COLD_PATIENCE = TimeUnit.SECONDS.toNanos(1);

  final SimProcess process;
  final String instance;
  final SimDevice device;
  final SimClaimer claimer;
  private final SimCluster cluster;

  /** The models it has in memory, and since when on the clock of the world. */
  private final Map<String, Long> residents = new LinkedHashMap<>();

  private final Set<String> loading = new LinkedHashSet<>();
  private final Map<String, Session> sessions = new HashMap<>();
  private WorkerState state = WorkerState.READY;
  private boolean joined;

  /** The way to one router. */
  final class Session {
    final SimRouter router;
    final SimLink link;
    @Nullable SimChannel channel;
    long openedAt;
    private long heardNanos;
    private boolean welcomed;

    Session(SimRouter router) {
      this.router = router;
      this.link = cluster.link(router, SimWorker.this);
    }

    void say(FromWorker message) {
      if (channel != null) {
        channel.say(message);
      }
    }

    private void connect() {
      if (channel == null && sessions.get(router.incarnation) == this) {
        if (link.isCut() || !router.process.running()) {
          process.after(RECONNECT, this::connect);
          return;
        }
        channel = new SimChannel(cluster.world, link, router, SimWorker.this);
        heardNanos = process.nanos();
        openedAt = cluster.world.now();
        say(new Hello(process.name, instance, "simulated"));
      }
    }

    private void closeIfSilent() {
      if (channel != null && process.nanos() - heardNanos > SILENCE) {
        channel.closeByWorker();
        closed();
      }
    }

    private void closed() {
      channel = null;
      process.after(RECONNECT, this::connect);
    }
  }

  SimWorker(SimCluster cluster, String name, int lanes, int maxBatch, Collection<String> models) {
    this.cluster = cluster;
    this.instance = name;
    this.process = new SimProcess(cluster.world, name, () -> {});
    models.forEach(model -> residents.put(model, cluster.world.now()));
    this.device = new SimDevice(cluster, this, lanes, maxBatch);
    this.claimer = new SimClaimer(cluster, this);
    process.every(TimeUnit.MILLISECONDS.toNanos(ControlMessage.RENEW_MILLIS), this::renew);
    process.every(TimeUnit.MILLISECONDS.toNanos(100), this::refresh);
  }

  Set<String> residents() {
    return residents.keySet();
  }

  /** Since when it has had the model, on the clock of the world; now when it does not have it. */
  long residentSince(String model) {
    return residents.getOrDefault(model, cluster.world.now());
  }

  Collection<Session> sessions() {
    return sessions.values();
  }

  @Nullable Session session(String incarnation) {
    return sessions.get(incarnation);
  }

  /** Incarnations of the routers that said something a moment ago. */
  Set<String> speaking() {
    return sessions.values().stream()
        .filter(session -> session.channel != null && session.welcomed)
        .filter(session -> process.nanos() - session.heardNanos < SPEAKS)
        .map(session -> session.router.incarnation)
        .collect(Collectors.toSet());
  }

  boolean serves() {
    return process.running() && joined && state == WorkerState.READY;
  }

  /** Routers come and go, as the cluster knows them. */
  private void refresh() {
    sessions
        .values()
        .removeIf(session -> !cluster.incarnations().contains(session.router.incarnation));
    for (SimRouter router : cluster.members()) {
      if (!sessions.containsKey(router.incarnation) && state == WorkerState.READY) {
        var session = new Session(router);
        sessions.put(router.incarnation, session);
        session.connect();
      }
    }
    sessions.values().forEach(Session::closeIfSilent);
    if (!joined && !sessions.isEmpty() && sessions.values().stream().allMatch(s -> s.welcomed)) {
      joined = true;
      claimer.start();
    }
    if (state == WorkerState.DRAINING && device.leases.isEmpty() && device.idle()) {
      cluster.world.trace(process.name, "has drained");
      end();
    }
  }

  void channelClosed(SimChannel closed) {
    sessions.values().stream()
        .filter(session -> session.channel == closed)
        .forEach(Session::closed);
  }

  void broadcast(FromWorker message) {
    sessions.values().forEach(session -> session.say(message));
  }

  private void renew() {
    sessions.forEach(
        (incarnation, session) ->
            session.say(new Renew(claimer.progress(), device.leases.of(incarnation))));
  }

  void heard(SimChannel channel, FromRouter message) {
    for (Session session : sessions.values()) {
      if (session.channel == channel) {
        session.heardNanos = process.nanos();
        heard(session, message);
        return;
      }
    }
  }

  private void heard(Session session, FromRouter message) {
    if (message instanceof Ring) {
      claimer.rung();
    } else if (message instanceof Backlog backlog) {
      claimer.heard(session.router.incarnation, backlog.queues());
      backlog.queues().forEach(this::waiting);
    } else if (message instanceof Cancel cancel) {
      cancel.jobs().forEach(device::cancel);
    } else if (message instanceof Load load) {
      load(load.model().model());
    } else if (message instanceof Welcome) {
      session.welcomed = true;
      session.say(tell());
      session.say(new Wants(claimer.said()));
      claimer.signal();
    }
  }

  private void waiting(Waiting queue) {
    if (residents.containsKey(queue.model().model())) {
      if (device.idle()) {
        claimer.signal();
      }
    } else if (device.idle() && queue.oldestNanos() > COLD_PATIENCE) {
      load(queue.model().model());
    }
  }

  private void load(String model) {
    if (!residents.containsKey(model) && loading.add(model)) {
      process.after(
          cluster.world.millis(100, 600),
          () -> {
            loading.remove(model);
            residents.put(model, cluster.world.now());
            broadcast(tell());
            claimer.signal();
          });
    }
  }

  private State tell() {
    return new State(
        state,
        residents.keySet().stream()
            .map(model -> new Resident(model, SimCluster.ref(model).digest(), 1))
            .toList(),
        claimer.progress(),
        null);
  }

  /** Posts a result until it is acknowledged or its router is gone. */
  void post(AttemptResult result) {
    Session session = session(result.id().incarnation());
    if (session == null) {
      device.leases.ended(result.id(), result.attempt());
      return;
    }
    session.link.<String>call(
        process,
        session.router.process,
        answer -> answer.accept(session.router.complete(result)),
        ack -> device.leases.ended(result.id(), result.attempt()),
        () -> process.after(TimeUnit.MILLISECONDS.toNanos(100), () -> post(result)));
  }

  void handBack(Collection<SimDevice.Work> jobs) {
    for (SimDevice.Work job : jobs) {
      Session session = session(job.id().incarnation());
      if (session != null) {
        session.say(new HandBack(List.of(job.id())));
      }
      device.leases.ended(job.id(), job.lease.attempt());
    }
  }

  /** Leaves in order: takes nothing more, hands back, finishes, ends. */
  void drain() {
    cluster.world.trace(process.name, "drains");
    state = WorkerState.DRAINING;
    broadcast(tell());
    claimer.stop();
    joined = true;
    handBack(device.close());
  }

  private void end() {
    sessions.values().stream()
        .filter(session -> session.channel != null)
        .forEach(session -> session.channel.closeByWorker());
    process.die();
  }

  /** Dies as by SIGKILL: the system closes its sockets. */
  void kill() {
    if (process.alive()) {
      cluster.world.trace(process.name, "is killed with", device.running());
      end();
    }
  }

  /** Dies with its machine: nobody closes anything. */
  void powerOff() {
    cluster.world.trace(process.name, "loses power with", device.running());
    process.die();
  }
}
