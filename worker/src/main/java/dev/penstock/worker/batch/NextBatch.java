package dev.penstock.worker.batch;

import dev.penstock.job.BatchReason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Claimed jobs that wait for a lane. The claimer fills it while the lanes are busy; a lane that
 * gets free takes what is there, up to the model's bound: so a batch is what arrived during the one
 * before, and nobody waits for company.
 *
 * <p>INVARIANT: the claimer asks {@link #room} before it claims, so at most one batch waits beyond
 * those the free lanes are about to take. (Jobs whose model was just loaded may come on top, and
 * one batch more where a router took its time to answer.)
 *
 * <p>INVARIANT: while a job runs that has to run alone, nothing else does, on no lane: if the
 * worker dies then, it was that job.
 */
public final class NextBatch {
  private final Deque<ClaimedJob> waiting = new ArrayDeque<>();
  private final Runnable taken;
  private int idleLanes;
  private int running;
  private boolean aloneRuns;
  private boolean open = true;
  private boolean paused;

  /**
   * @param taken called whenever there is room again or a lane has become idle; may only signal
   */
  public NextBatch(Runnable taken) {
    this.taken = taken;
  }

  /** Hands over claimed jobs. False when it takes none: the jobs have to be handed back. */
  public synchronized boolean add(List<ClaimedJob> jobs) {
    if (!open || paused) {
      return false;
    }
    waiting.addAll(jobs);
    notifyAll();
    return true;
  }

  /** Hands over claimed jobs as far as there is room; returns the others, to be handed back. */
  public synchronized List<ClaimedJob> addWhatFits(List<ClaimedJob> jobs) {
    var others = new ArrayList<ClaimedJob>();
    for (ClaimedJob job : jobs) {
      if (room(job.model()) > 0) {
        waiting.add(job);
      } else {
        others.add(job);
      }
    }
    notifyAll();
    return others;
  }

  /** How many more jobs of that model may be claimed now. */
  public synchronized int room(ResidentModel model) {
    if (!open || paused || waiting.stream().anyMatch(job -> job.model() != model)) {
      return 0;
    }
    return Math.max(0, model.maxBatch() * Math.max(1, idleLanes) - waiting.size());
  }

  /** Whether a lane has nothing to do and nothing waits for it. */
  public synchronized boolean idle() {
    return open && !paused && idleLanes > 0 && waiting.isEmpty();
  }

  /** Waits for jobs; null when there will be none any more. Called by lanes. */
  @Nullable Batch take() throws InterruptedException {
    Batch batch;
    synchronized (this) {
      boolean waited = waiting.isEmpty();
      idleLanes++;
      if (waited) {
        taken.run();
      }
      try {
        while (open && !startableNow()) {
          wait();
        }
      } finally {
        idleLanes--;
      }
      ClaimedJob first = waiting.peek();
      if (first == null) {
        return null;
      }
      batch =
          first.alone()
              ? new Batch(first.model(), List.of(waiting.remove()), BatchReason.IDLE)
              : takeBatch(first.model(), waited);
      running++;
      aloneRuns = batch.alone();
    }
    taken.run();
    return batch;
  }

  /** Whether what waits first may start now, on a lane that is free. */
  synchronized boolean startableNow() {
    ClaimedJob first = waiting.peek();
    return first != null && (running == 0 || !(aloneRuns || first.alone()));
  }

  /** A batch that was taken has ended, well or badly. Called by the lane that ran it. */
  synchronized void ended(Batch batch) {
    running--;
    if (batch.alone()) {
      aloneRuns = false;
    }
    notifyAll();
  }

  private Batch takeBatch(ResidentModel model, boolean waited) {
    // Lanes that are free share what is there, instead of one taking it all while the others look
    // on.
    int share = (waiting.size() + idleLanes) / (idleLanes + 1);
    int most = Math.min(model.maxBatch(), share);
    var jobs = new ArrayList<ClaimedJob>();
    for (Iterator<ClaimedJob> each = waiting.iterator(); each.hasNext() && jobs.size() < most; ) {
      ClaimedJob job = each.next();
      if (job.model() == model && !job.alone()) {
        jobs.add(job);
        each.remove();
      }
    }
    boolean full = jobs.size() == model.maxBatch() && model.maxBatch() > 1;
    return new Batch(model, jobs, full && !waited ? BatchReason.FULL : BatchReason.IDLE);
  }

  /** Takes out what has not started, to be handed back; lanes finish what they have and end. */
  public synchronized List<ClaimedJob> close() {
    open = false;
    notifyAll();
    return takeAll();
  }

  /**
   * Takes out what has not started, to be handed back, and takes nothing until {@link #resume};
   * lanes finish what they have and wait.
   */
  public synchronized List<ClaimedJob> pause() {
    paused = true;
    return takeAll();
  }

  /** Goes on after {@link #pause}. */
  public void resume() {
    synchronized (this) {
      paused = false;
    }
    taken.run();
  }

  private List<ClaimedJob> takeAll() {
    var rest = List.copyOf(waiting);
    waiting.clear();
    return rest;
  }

  /** Takes out a job that nobody waits for any more; false when it is not here. */
  public synchronized boolean drop(ClaimedJob job) {
    boolean waited = waiting.remove(job);
    // It may have been what the lanes stood still for.
    notifyAll();
    return waited;
  }
}
