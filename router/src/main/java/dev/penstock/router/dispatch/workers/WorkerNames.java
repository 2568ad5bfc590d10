package dev.penstock.router.dispatch.workers;

import dev.penstock.cluster.ControlMessage.Hello;
import java.lang.System.Logger.Level;
import java.util.Collection;

/**
 * What workers are called in headers, logs and {@code /status}. Two that were started with one id
 * both serve and both get the beginning of their instance behind it, which all routers know alike:
 * turning the second one away would turn away one that was started again while its predecessor
 * still drains, or is not yet known to be dead.
 */
final class WorkerNames {
  private static final System.Logger LOG = System.getLogger(WorkerNames.class.getName());
  private static final int SHORT = 4;

  private WorkerNames() {}

  /**
   * @param all the workers there are
   */
  static String of(Hello worker, Collection<WorkerSession> all, long nowNanos) {
    return isAlone(worker, all, nowNanos) ? worker.workerId() : apart(worker);
  }

  private static boolean isAlone(Hello worker, Collection<WorkerSession> all, long nowNanos) {
    return all.stream().noneMatch(other -> isNamesake(worker, other, nowNanos));
  }

  private static boolean isNamesake(Hello worker, WorkerSession other, long nowNanos) {
    return other.hello.workerId().equals(worker.workerId())
        && !other.hello.instance().equals(worker.instance())
        && other.live(nowNanos);
  }

  private static String apart(Hello worker) {
    String instance = worker.instance();
    return worker.workerId() + "#" + instance.substring(0, Math.min(SHORT, instance.length()));
  }

  /** Says so in the log when a worker that joins has the id of another one. */
  static void welcome(Hello worker, Collection<WorkerSession> all, long nowNanos) {
    all.stream()
        .filter(other -> isNamesake(worker, other, nowNanos))
        .findFirst()
        .ifPresent(
            other ->
                LOG.log(
                    Level.WARNING,
                    "two workers are called {0}: both serve, as {1} and {2}. Give each its own --id.",
                    worker.workerId(),
                    apart(other.hello),
                    apart(worker)));
  }
}
