package dev.penstock.cluster;

import dev.penstock.job.JobId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a worker and a router say to each other over the control channel. {@link ControlCodec} has
 * the wire form. Messages of an unknown type are ignored and unknown members too, so that versions
 * one apart understand each other.
 */
public sealed interface ControlMessage {

  /** Said by a worker. */
  sealed interface FromWorker extends ControlMessage {}

  /** Said by a router. */
  sealed interface FromRouter extends ControlMessage {}

  /** A model package by name and identity. */
  record ModelRef(String model, String digest) {}

  /** A model that a worker has in memory, and how long it took to get there. */
  record Resident(String model, String digest, long loadNanos) {}

  /** What a worker is up to as a whole. */
  enum WorkerState {
    LOADING,
    READY,
    /** It takes nothing for a while: its device fails, or it does not reach a router. */
    FAILING,
    DRAINING
  }

  /** How much a worker wants a ring. */
  enum Want {
    /** Its device is free and it found its queues empty. */
    IDLE,
    /** Its device is busy but its next batch has room. */
    ROOM,
    /** It cannot take more now; ring another one. */
    NOTHING
  }

  /**
   * First message of a worker. {@code instance} is one start of it; ids may repeat, instances
   * never.
   */
  record Hello(String workerId, String instance, String device) implements FromWorker {}

  /**
   * What it is up to and which models it has.
   *
   * @param progress of all queues it knows of, so that a router which has just started knows how
   *     far they are before it counts on the worker
   * @param reason why it is {@link WorkerState#FAILING}, else null
   */
  record State(
      WorkerState state, List<Resident> residents, List<Progress> progress, @Nullable String reason)
      implements FromWorker {
    public State {
      residents = List.copyOf(residents);
      progress = List.copyOf(progress);
    }

    /** Of a worker that knows of no queue. */
    public State(WorkerState state, List<Resident> residents) {
      this(state, residents, List.of(), null);
    }
  }

  /** Whether it wants a ring. */
  record Wants(Want want) implements FromWorker {}

  /**
   * It lives, and these leases with it. Sent every {@link #RENEW_MILLIS}.
   *
   * @param progress of the queues of its models; carried from router to router
   */
  record Renew(List<Progress> progress, List<Held> leases) implements FromWorker {
    public Renew {
      progress = List.copyOf(progress);
      leases = List.copyOf(leases);
    }
  }

  /**
   * How far a queue is and what its jobs cost.
   *
   * @param virtualTime the largest start tag that was claimed, as far as the worker knows; see
   *     {@link VirtualTimes}
   * @param jobNanos what a job costs the worker's device ({@code WorkerTimings.cost}); 0 when none
   *     has run yet
   */
  record Progress(String model, long virtualTime, long jobNanos) {}

  /**
   * A job a worker holds.
   *
   * @param executingNanos since its batch started, or -1 while it waits
   */
  record Held(JobId job, long executingNanos) {}

  /**
   * What it executes now of the router's jobs. Said before anything is done with a batch, and when
   * a job that ran alone has ended, so that a router knows what a worker was at when it dies.
   *
   * @param alone the one job is a suspect, and nothing else runs on the worker beside it
   */
  record Executing(List<JobId> jobs, boolean alone) implements FromWorker {
    public Executing {
      jobs = List.copyOf(jobs);
    }
  }

  /** Jobs it will not start. */
  record HandBack(List<JobId> jobs) implements FromWorker {
    public HandBack {
      jobs = List.copyOf(jobs);
    }
  }

  /** It cannot load a model; the reason is for the client. */
  record LoadFailed(ModelRef model, String reason) implements FromWorker {}

  /**
   * First message of a router.
   *
   * @param catalog the packages it serves
   * @param preload ids of those that every worker is to have
   * @param virtualTimes how far the queues are, by model
   */
  record Welcome(
      String incarnation,
      List<ModelRef> catalog,
      List<String> preload,
      Map<String, Long> virtualTimes)
      implements FromRouter {
    public Welcome {
      catalog = List.copyOf(catalog);
      preload = List.copyOf(preload);
      virtualTimes = Map.copyOf(virtualTimes);
    }

    /** Of a router that knows of no queue. */
    public Welcome(String incarnation, List<ModelRef> catalog, List<String> preload) {
      this(incarnation, catalog, preload, Map.of());
    }
  }

  /** There is a job of that model in its queue. */
  record Ring(ModelRef model) implements FromRouter {}

  /** What waits unclaimed at this router; models that are not listed have nothing. */
  record Backlog(List<Waiting> queues) implements FromRouter {
    public Backlog {
      queues = List.copyOf(queues);
    }
  }

  /**
   * What waits of one model.
   *
   * @param oldestNanos how long its oldest job has waited, as the router measures it
   * @param virtualTime how far its queue is, as far as the router knows
   */
  record Waiting(ModelRef model, int jobs, long oldestNanos, long virtualTime) {
    /** Said by who does not know how far the queue is. */
    public Waiting(ModelRef model, int jobs, long oldestNanos) {
      this(model, jobs, oldestNanos, 0);
    }

    /** The same, knowing how far the queue is. */
    public Waiting at(long known) {
      return new Waiting(model, jobs, oldestNanos, known);
    }
  }

  /** Nobody waits for these any more. */
  record Cancel(List<JobId> jobs) implements FromRouter {
    public Cancel {
      jobs = List.copyOf(jobs);
    }
  }

  /** Load that model, a job of it waits or will come. */
  record Load(ModelRef model) implements FromRouter {}

  /** Forget that model. */
  record Unload(ModelRef model) implements FromRouter {}

  /** How often a worker renews its leases. */
  long RENEW_MILLIS = 250;

  /**
   * At least so often a router says what waits, also when nothing does, so that a worker can tell a
   * router with nothing to say from one that is cut off.
   */
  long BEAT_MILLIS = 1_000;
}
