package dev.penstock.cluster;

import dev.penstock.job.JobId;
import java.util.List;

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

  /** What it is up to and which models it has. */
  record State(WorkerState state, List<Resident> residents) implements FromWorker {
    public State {
      residents = List.copyOf(residents);
    }
  }

  /**
   * Whether it wants a ring, and the largest order tag it has claimed: the queue's virtual time.
   */
  record Wants(Want want) implements FromWorker {}

  /**
   * It lives, and these leases with it. Sent every {@link #RENEW_MILLIS}.
   *
   * @param virtualTime the largest order tag it has claimed; carried from router to router
   */
  record Renew(long virtualTime, List<Held> leases) implements FromWorker {
    public Renew {
      leases = List.copyOf(leases);
    }
  }

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
   */
  record Welcome(String incarnation, List<ModelRef> catalog, List<String> preload)
      implements FromRouter {
    public Welcome {
      catalog = List.copyOf(catalog);
      preload = List.copyOf(preload);
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
   */
  record Waiting(ModelRef model, int jobs, long oldestNanos) {}

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
