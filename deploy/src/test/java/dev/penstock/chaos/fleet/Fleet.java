package dev.penstock.chaos.fleet;

import dev.penstock.it.kit.Await;
import dev.penstock.it.kit.Client;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.ModelFolder;
import dev.penstock.it.kit.PenstockProcess;
import dev.penstock.it.kit.RouterProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Two routers behind a balancer and four workers: three with a simulated device, one that computes
 * with a tiny network. Who does something to a process holds its lock, so that two troubles do not
 * pick the same one. Thread-safe.
 */
public final class Fleet implements AutoCloseable {
  public static final List<String> ROUTERS = List.of("r1", "r2");
  public static final List<String> WORKERS = List.of("w1", "w2", "w3", "w4");

  /** A model that is replaced while it is served, beside the one all customers ask for. */
  public static final String REPLACED = "replaced/1";

  /** The time limit of requests. */
  public static final Duration TIME_LIMIT = Duration.ofSeconds(10);

  private static final Path TINY = Path.of("../worker/src/test/resources/packages/tiny/1");
  private static final String SIMULATED = "simulated:base=5ms,per-image=10ms,max-batch=8";
  private static final String COMPUTING = "w4";
  private static final Duration LEAVING = Duration.ofSeconds(30);

  private final Cluster cluster;
  private final String crashOn;
  private final Excuses excuses;
  private final Chronicle chronicle;
  private final ModelFolder models;
  private final Balancer balancer;
  private final Map<String, RouterProcess> routers = new ConcurrentHashMap<>();
  private final Map<String, PenstockProcess> workers = new ConcurrentHashMap<>();
  private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

  private Fleet(Cluster cluster, String crashOn, Excuses excuses, Chronicle chronicle) {
    this.cluster = cluster;
    this.excuses = excuses;
    this.crashOn = crashOn;
    this.chronicle = chronicle;
    this.models =
        ModelFolder.in(cluster.folder().resolve("models"))
            .add(Client.MODEL, "tiny", TINY)
            .add(REPLACED, "package0", TINY);
    RouterProcess first = cluster.router(routerOptions());
    RouterProcess second = cluster.routerBeside(first, routerOptions());
    routers.put("r1", first);
    routers.put("r2", second);
    WORKERS.forEach(this::startWorker);
    workers.values().forEach(PenstockProcess::awaitReady);
    this.balancer = Balancer.start(cluster.folder(), List.of(first, second));
  }

  /**
   * Starts all; returns when all serve.
   *
   * @param crashOn what in an image's file ends the process of a worker with a simulated device
   * @param excuses is told when a router leaves
   */
  public static Fleet start(Cluster cluster, String crashOn, Excuses excuses, Chronicle chronicle) {
    return new Fleet(cluster, crashOn, excuses, chronicle);
  }

  private String[] routerOptions() {
    return new String[] {
      "--models",
      models.path().toString(),
      "--preload",
      Client.MODEL + "," + REPLACED,
      "--request-timeout",
      TIME_LIMIT.toSeconds() + "s",
      "--drain-delay",
      "3s",
      "--max-inflight",
      "150"
    };
  }

  /** Where clients connect. */
  public Balancer balancer() {
    return balancer;
  }

  public ModelFolder models() {
    return models;
  }

  /** What the models were made from. */
  public static Path modelsAreFrom() {
    return TINY;
  }

  public RouterProcess router(String name) {
    return known(routers, name);
  }

  public PenstockProcess worker(String name) {
    return known(workers, name);
  }

  private static <T> T known(Map<String, T> processes, String name) {
    T process = processes.get(name);
    if (process == null) {
      throw new AssertionError("no " + name + " among " + processes.keySet());
    }
    return process;
  }

  /** All processes as they are now. */
  public List<PenstockProcess> processes() {
    var all = new ArrayList<PenstockProcess>();
    ROUTERS.forEach(name -> all.add(router(name).process()));
    WORKERS.forEach(name -> all.add(worker(name)));
    return all;
  }

  /** Does something to some processes while nobody else does anything to them. */
  public void exclusively(List<String> names, Consumer<List<String>> work) {
    // In one order, so that two who want the same ones do not wait for each other.
    List<ReentrantLock> held =
        names.stream()
            .sorted()
            .map(name -> locks.computeIfAbsent(name, added -> new ReentrantLock()))
            .toList();
    held.forEach(ReentrantLock::lock);
    try {
      work.accept(names);
    } finally {
      held.forEach(ReentrantLock::unlock);
    }
  }

  /** Starts a worker that is not there; does not wait until it is ready. */
  public void startWorker(String name) {
    String device = name.equals(COMPUTING) ? "cpu" : SIMULATED + ",crash-on=" + crashOn;
    workers.put(name, cluster.worker(name, List.copyOf(routers.values()), "--device", device));
  }

  /** Starts a router that is not there in its old place; returns when the balancer sends to it. */
  public void startRouter(String name) {
    RouterProcess ended = router(name);
    String join =
        ROUTERS.stream()
            .filter(other -> !other.equals(name))
            .map(other -> router(other).cluster().toString())
            .findFirst()
            .orElseThrow();
    PenstockProcess started = cluster.startAgain(ended, withoutJoin(ended, join));
    routers.put(name, cluster.router(started, ended));
    balancer.awaitSends(name, true);
  }

  /** The second router knows whom to join from its first start. */
  private static String[] withoutJoin(RouterProcess ended, String join) {
    return ended.options().contains("--join") ? new String[0] : new String[] {"--join", join};
  }

  /** Restarts a worker in order; returns when the new one is ready. */
  public void restartWorker(String name) {
    PenstockProcess ended = worker(name);
    ended.terminate();
    requireOrderlyEnd(ended);
    startWorker(name);
    worker(name).awaitReady();
  }

  /** Restarts a router in order; returns when the balancer sends to the new one. */
  public void restartRouter(String name) {
    PenstockProcess ended = router(name).process();
    Excuses.Excuse leaving = excuses.begin(Excuses.Cause.ROUTER_LEAVES);
    ended.terminate();
    requireOrderlyEnd(ended);
    excuses.end(leaving, Duration.ofSeconds(1));
    startRouter(name);
  }

  private void requireOrderlyEnd(PenstockProcess process) {
    int status = process.awaitExit(LEAVING);
    List<String> report = process.log().lines().filter(line -> line.contains("drained: ")).toList();
    if (status != 143 || report.isEmpty()) {
      throw new AssertionError(
          process.name() + " ended with " + status + " and no drain report:\n" + process.log());
    }
    String line = report.get(report.size() - 1);
    chronicle.say("  " + process.name() + " " + line.substring(line.indexOf("drained: ")));
  }

  /** Restarts everything in order, one after the other; returns when all serve again. */
  public void rollingRestart() {
    for (String name : WORKERS) {
      exclusively(List.of(name), alone -> restartWorker(name));
    }
    for (String name : ROUTERS) {
      exclusively(List.of(name), alone -> restartRouter(name));
    }
  }

  /** Starts again what has ended without being told to, as a supervisor does; returns its names. */
  public List<String> startWhatEnded() {
    List<String> ended = WORKERS.stream().filter(name -> !worker(name).alive()).toList();
    ended.forEach(this::startWorker);
    ended.forEach(name -> worker(name).awaitReady());
    return ended;
  }

  /** Waits until the routers see each other. */
  public void awaitRouters(Duration patience) {
    for (String name : ROUTERS) {
      Await.until(
          () -> name + " sees the other: " + router(name).client().get("/status").body(),
          patience,
          () -> seen(router(name), "routers") == ROUTERS.size());
    }
  }

  /** Waits until the routers see each other and all workers. */
  public void awaitWhole(Duration patience) {
    awaitRouters(patience);
    for (String name : ROUTERS) {
      Await.until(
          () -> name + " sees all workers: " + router(name).client().get("/status").body(),
          patience,
          () -> seen(router(name), "workers") == WORKERS.size());
    }
  }

  private static int seen(RouterProcess router, String what) {
    return router.client().get("/status").json().getJsonArray(what).size();
  }

  @Override
  public void close() {
    balancer.close();
  }
}
