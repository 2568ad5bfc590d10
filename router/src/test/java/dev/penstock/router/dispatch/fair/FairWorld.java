package dev.penstock.router.dispatch.fair;

import dev.penstock.cluster.ControlMessage.Progress;
import dev.penstock.job.JobId;
import dev.penstock.router.admission.Caller;
import dev.penstock.router.admission.Priority;
import dev.penstock.router.dispatch.OrderTag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Routers that share one queue, and a device that takes what stands first. Who got how much of the
 * device is counted beside, knowing nothing of tags.
 */
final class FairWorld {
  static final String MODEL = "coco/1";

  /** Callers that come and go; there is one more. */
  static final int CALLERS = 6;

  private static final double[] WEIGHTS = {1, 3, 1, 0.25, 2, 1, 1};

  /** What a job is found to take changes now and then. */
  private static final long[] MEASURED_NANOS = {1_000_000_000, 7_000_000_000L, 300_000_000};

  private static final int MEASURED_EVERY = 16;

  private final List<FairTags> routers = new ArrayList<>();
  private final TreeSet<Sent> queue =
      new TreeSet<>(
          Comparator.<Sent>comparingLong(job -> job.tag().start())
              .thenComparing(job -> job.id().sequence()));
  private final Map<Flow, Double> served = new HashMap<>();
  private final Map<Flow, Long> lastServed = new HashMap<>();
  private final Map<Integer, Double> largest = new HashMap<>();
  private final List<String> overtaken = new ArrayList<>();
  private double costNanos = MEASURED_NANOS[0];
  private long sequence;
  private int starts;
  private int startedBehind;
  private int servedJobs;
  private int gaveUp;

  private record Flow(int caller, Priority priority) {}

  private record Sent(JobId id, Flow flow, OrderTag tag, double costNanos) {}

  FairWorld(int routerCount) {
    for (int router = 0; router < routerCount; router++) {
      routers.add(new FairTags());
    }
    tellAll(new Progress(MODEL, 0, MEASURED_NANOS[0]));
  }

  private void tellAll(Progress progress) {
    routers.forEach(router -> router.heard(List.of(progress)));
  }

  private FairTags routerOf(int caller) {
    return routers.get(caller % routers.size());
  }

  /** The callers take turns on the routers. */
  void send(int caller, Priority priority) {
    if (++sequence % MEASURED_EVERY == 0) {
      long measured = MEASURED_NANOS[(int) (sequence / MEASURED_EVERY % MEASURED_NANOS.length)];
      costNanos += (measured - costNanos) / 8;
      tellAll(new Progress(MODEL, 0, measured));
    }
    FairTags router = routerOf(caller);
    var id = new JobId("router-" + caller % routers.size() + "-start-" + starts, sequence);
    long virtualTime = router.virtualTime(MODEL);
    OrderTag tag =
        router.next(id, new Caller("caller-" + caller, WEIGHTS[caller]), priority, MODEL);
    if (tag.start() < virtualTime) {
      startedBehind++;
    }
    largest.merge(caller, costNanos / WEIGHTS[caller], Math::max);
    queue.add(new Sent(id, new Flow(caller, priority), tag, costNanos));
  }

  /** Two that wait, so that it has work also while one is being served. */
  void keepBusy(int caller) {
    keepWaiting(caller, Priority.NORMAL, 2);
  }

  void keepWaiting(int caller, Priority priority, int depth) {
    var flow = new Flow(caller, priority);
    long waiting = queue.stream().filter(job -> job.flow().equals(flow)).count();
    for (; waiting < depth; waiting++) {
      send(caller, priority);
    }
  }

  /** The device takes the first job; false when there is none. */
  boolean serve() {
    Sent job = queue.pollFirst();
    if (job == null) {
      return false;
    }
    servedJobs++;
    served.merge(job.flow(), job.costNanos(), Double::sum);
    Long before = lastServed.put(job.flow(), job.id().sequence());
    if (before != null && before > job.id().sequence()) {
      overtaken.add(job + " by " + before);
    }
    routerOf(job.flow().caller()).claimed(List.of(job.id()));
    tellAll(new Progress(MODEL, job.tag().start(), 0));
    return true;
  }

  void serveAll() {
    boolean more = true;
    while (more) {
      more = serve();
    }
  }

  /** The youngest job of a caller is given up. */
  void hangUp(int caller) {
    queue.stream()
        .filter(job -> job.flow().caller() == caller)
        .max(Comparator.comparingLong(job -> job.id().sequence()))
        .ifPresent(
            job -> {
              queue.remove(job);
              gaveUp++;
              routerOf(caller).withdrawn(job.id());
            });
  }

  /** All that a router had goes with it; a worker tells the new one how far the queue is. */
  void restart(int router) {
    starts++;
    List<Sent> lost =
        queue.stream().filter(job -> job.flow().caller() % routers.size() == router).toList();
    lost.forEach(queue::remove);
    gaveUp += lost.size();
    var fresh = new FairTags();
    long virtualTime = routers.get(1 - router).virtualTime(MODEL);
    fresh.heard(List.of(new Progress(MODEL, virtualTime, (long) costNanos)));
    routers.set(router, fresh);
  }

  /** What a caller got, in nanoseconds of the device over its weight. */
  double served(int caller) {
    double got = 0;
    for (Priority priority : Priority.values()) {
      got += served(caller, priority);
    }
    return got;
  }

  double served(int caller, Priority priority) {
    return served.getOrDefault(new Flow(caller, priority), 0.0) / WEIGHTS[caller];
  }

  /** How many jobs are served until one of that caller is, itself included. */
  int servesUntil(int caller) {
    double before = served(caller);
    int count = 0;
    while (served(caller) == before && serve()) {
      count++;
    }
    return count;
  }

  /** The largest job a caller has sent, over its weight. */
  double largest(int caller) {
    return largest.getOrDefault(caller, 0.0);
  }

  /** Jobs that were served after a later one of their flow. */
  List<String> overtaken() {
    return overtaken;
  }

  /** Jobs that got a place before what was claimed already. */
  int startedBehind() {
    return startedBehind;
  }

  long sent() {
    return sequence;
  }

  int served() {
    return servedJobs;
  }

  int gaveUp() {
    return gaveUp;
  }

  /** Jobs that routers believe to be waiting. */
  int remembered() {
    return routers.stream().mapToInt(router -> router.waiting().size()).sum();
  }
}
