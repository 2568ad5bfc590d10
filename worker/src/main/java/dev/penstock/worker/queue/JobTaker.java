package dev.penstock.worker.queue;

import dev.penstock.cluster.JobQueues;
import dev.penstock.job.JobDescriptor;
import dev.penstock.worker.batch.ResidentModel;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Takes descriptors from the queue whose turn it is ({@link QueueTurns}). For that it looks at the
 * first job of every queue it may take from, as no gossip is as fresh; of many it looks at some
 * that are said to have jobs, those first whose turn comes first, and while these are few at the
 * others in turn. Used by one thread, which it blocks.
 */
public final class JobTaker {
  private static final System.Logger LOG = System.getLogger(JobTaker.class.getName());

  /** A look is a call of 0.1 to 0.2 ms, made while the device is busy with the batch before. */
  static final int MOST_COMPARED = 8;

  private final JobQueues queues;
  private final QueueOrder order;
  private final QueueProgress progress;
  private final QueueTurns turns = new QueueTurns();
  private volatile boolean stopped;
  private boolean failed;

  public JobTaker(JobQueues queues, QueueOrder order, QueueProgress progress) {
    this.queues = queues;
    this.order = order;
    this.progress = progress;
  }

  /**
   * What was taken.
   *
   * @param model acquired, to be released when its jobs are being claimed
   * @param jobs at least one, in the order of their queue
   */
  public record Taken(ResidentModel model, List<JobDescriptor> jobs) {}

  /** Takes nothing more. Any thread may call it. */
  public void stop() {
    stopped = true;
  }

  /**
   * Takes from one queue.
   *
   * @param choice the models that may be taken from
   * @param room how many jobs of a model
   * @return null when there is nothing, or no router to ask
   */
  public @Nullable Taken take(Collection<ResidentModel> choice, ToIntFunction<ResidentModel> room) {
    var models = new ArrayList<>(choice);
    ResidentModel model = next(models);
    while (model != null) {
      int most = room.applyAsInt(model);
      // It must not go while its jobs are on their way here.
      if (model.acquire()) {
        List<JobDescriptor> jobs = poll(model.id(), most);
        if (!jobs.isEmpty()) {
          turns.taken(jobs);
          return new Taken(model, jobs);
        }
        model.release();
      }
      // It has gone, or another worker was faster.
      models.remove(model);
      model = next(models);
    }
    return null;
  }

  private @Nullable ResidentModel next(List<ResidentModel> models) {
    if (models.size() <= 1) {
      return models.isEmpty() ? null : models.get(0);
    }
    ResidentModel next = null;
    long earliest = Long.MAX_VALUE;
    int compared = 0;
    for (ResidentModel model : order.order(models, turns::earliest)) {
      if (next != null && compared >= MOST_COMPARED) {
        break;
      }
      JobDescriptor head = head(model.id());
      compared++;
      if (head != null && turns.start(head) < earliest) {
        next = model;
        earliest = turns.start(head);
      }
    }
    return next;
  }

  private @Nullable JobDescriptor head(String model) {
    try {
      JobDescriptor head = stopped ? null : queues.peek(model);
      if (head == null) {
        order.empty(model);
      }
      failed = false;
      return head;
    } catch (RuntimeException e) {
      unreachable(e);
      return null;
    }
  }

  private List<JobDescriptor> poll(String model, int most) {
    var taken = new ArrayList<JobDescriptor>();
    try {
      while (taken.size() < most && !stopped) {
        JobDescriptor job = queues.poll(model);
        if (job == null) {
          order.empty(model);
          break;
        }
        progress.taken(model, job.tag());
        taken.add(job);
      }
      failed = false;
    } catch (RuntimeException e) {
      // What was taken before is claimed all the same.
      unreachable(e);
    }
    return taken;
  }

  /** No router, or its queues are moving to another one. */
  private void unreachable(RuntimeException e) {
    if (!failed) {
      LOG.log(Level.INFO, "The queues cannot be reached ({0}); trying on.", e.getMessage());
    }
    failed = true;
  }
}
