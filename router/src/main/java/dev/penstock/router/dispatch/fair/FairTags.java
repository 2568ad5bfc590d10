package dev.penstock.router.dispatch.fair;

import dev.penstock.cluster.ControlMessage.Progress;
import dev.penstock.cluster.VirtualTimes;
import dev.penstock.job.JobId;
import dev.penstock.router.admission.Caller;
import dev.penstock.router.admission.Priority;
import dev.penstock.router.dispatch.OrderTag;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Hands out the tags that the job queues are ordered by: start-time fair queueing (Goyal, Vin,
 * Cheng, <i>Start-time Fair Queuing</i>, SIGCOMM 1996).
 *
 * <p><b>The rule.</b> A job starts at {@code S = max(V, F)} and moves its flow to {@code F = S +
 * span}. {@code V}, the queue's virtual time, is the largest start tag that was claimed from it;
 * workers carry it from router to router ({@link VirtualTimes}). So a flow that was quiet joins
 * where the others are, without credit for the time it was away; flows that have work waiting get
 * devices in proportion to their weights, whoever sends more; and one that sends now and then is
 * served next. No clock is involved, and a tag never changes, so that a job that is offered again
 * gets its place back.
 *
 * <p><b>A caller's share is one share.</b> A flow is what a caller sends at one priority for one
 * model. A job's span is what it costs a device, over the caller's weight, times what all of the
 * caller's flows weigh over what this one does. So flows of one caller share what it has, four to
 * one for each step of priority and one to one among models, and nobody gains by having many.
 *
 * <p><b>What is remembered.</b> A flow is forgotten when its queue has gone past what it had, and
 * when a worker has found the queue empty and nothing else to do: then its busy period is over, as
 * in the paper. Callers that nobody checks can be made up, so there is a bound beside.
 *
 * <p>Thread-safe by one lock, under which nothing else is called.
 */
public final class FairTags {
  /**
   * The most that one job puts its flow back, whatever the weight: virtual time goes wherever a
   * claimed job was, and must not run away because somebody weighs next to nothing.
   */
  static final long LONGEST_SPAN = TimeUnit.MINUTES.toMicros(10);

  /** More flows are remembered only while they have jobs waiting. */
  static final int MOST_FLOWS = 20_000;

  private final VirtualTimes virtualTimes = new VirtualTimes();
  private final JobCosts costs = new JobCosts();
  private final Flows flows = new Flows();

  /** The jobs of this router that nobody has claimed. */
  private final Map<JobId, Tagged> waiting = new HashMap<>();

  private int nextSweep = MOST_FLOWS;

  private record Tagged(Flow flow, OrderTag tag) {}

  /** The place of a new job; behind all of its flow that wait. */
  public synchronized OrderTag next(JobId job, Caller caller, Priority priority, String model) {
    Flow flow = flows.of(caller.id(), priority, model);
    long start = Math.max(virtualTimes.at(model), flow.finish());
    long span = span(caller, flow);
    long finish = start > Long.MAX_VALUE - span ? Long.MAX_VALUE : start + span;
    var tag = new OrderTag(start, finish);
    flow.add(tag);
    waiting.put(job, new Tagged(flow, tag));
    sweep();
    return tag;
  }

  private long span(Caller caller, Flow flow) {
    flows.forget(flows.ofCaller(caller.id()), other -> other != flow && isPast(other));
    double together =
        flows.ofCaller(caller.id()).stream().mapToDouble(other -> other.priority.weight()).sum();
    double span = costs.micros(flow.model) / caller.weight() * (together / flow.priority.weight());
    return Math.max(1, (long) Math.min(span, LONGEST_SPAN));
  }

  /** INVARIANT: of what is past nothing is needed: its next job starts where a new flow's would. */
  private boolean isPast(Flow flow) {
    return !flow.hasWaiting() && flow.finish() <= virtualTimes.at(flow.model);
  }

  /** Costs constant time for each flow that was made. */
  private void sweep() {
    if (flows.size() <= nextSweep) {
      return;
    }
    List<Flow> all = flows.all();
    flows.forget(all, this::isPast);
    if (flows.size() > MOST_FLOWS / 2) {
      // Those that owe least: what is forgiven is a few jobs each.
      List<Flow> owing =
          flows.all().stream()
              .filter(flow -> !flow.hasWaiting())
              .sorted(Comparator.comparingLong(this::debt))
              .limit(flows.size() - MOST_FLOWS / 2)
              .toList();
      flows.forget(owing, flow -> true);
    }
    nextSweep = Math.max(MOST_FLOWS, 2 * flows.size());
  }

  private long debt(Flow flow) {
    return flow.finish() - virtualTimes.at(flow.model);
  }

  /** Jobs of this router were claimed: their queues are so far. */
  public synchronized void claimed(Collection<JobId> jobs) {
    for (JobId job : jobs) {
      Tagged claimed = waiting.remove(job);
      if (claimed != null) {
        claimed.flow().claimed(claimed.tag());
        virtualTimes.reached(claimed.flow().model, claimed.tag().start());
      }
    }
  }

  /** Nobody waits for a job any more that was not claimed. */
  public synchronized void withdrawn(JobId job) {
    Tagged withdrawn = waiting.remove(job);
    if (withdrawn != null) {
      withdrawn.flow().withdrawn(withdrawn.tag());
    }
  }

  /** What a worker knows of queues, be it from other routers. */
  public synchronized void heard(Collection<Progress> queues) {
    for (Progress queue : queues) {
      virtualTimes.reached(queue.model(), queue.virtualTime());
      costs.heard(queue.model(), queue.jobNanos());
    }
  }

  /** A worker has found the queues of its models empty and has nothing to do. */
  public synchronized void idle(Collection<String> models) {
    for (String model : new HashSet<>(models)) {
      Collection<Flow> ofModel = flows.ofModel(model);
      if (ofModel.stream().noneMatch(Flow::hasWaiting)) {
        flows.forget(ofModel, flow -> true);
      }
    }
  }

  /** How far a queue is. */
  public long virtualTime(String model) {
    return virtualTimes.at(model);
  }

  /** How far all queues are. */
  public Map<String, Long> virtualTimes() {
    return virtualTimes.all();
  }

  /** Flows that are remembered. */
  synchronized int size() {
    return flows.size();
  }

  /** Jobs that wait to be claimed. */
  synchronized Set<JobId> waiting() {
    return Set.copyOf(waiting.keySet());
  }
}
