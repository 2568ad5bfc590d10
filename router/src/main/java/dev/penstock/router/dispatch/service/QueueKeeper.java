package dev.penstock.router.dispatch.service;

import dev.penstock.cluster.JobQueues;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.telemetry.Ticker;
import java.lang.System.Logger.Level;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The only place of a router that calls the job queues. The calls block, so they run on a few
 * threads of their own; nothing that a client waits for at the door depends on them. A call that
 * fails loses nothing: a job that is not in its queue is missed by the next look and offered again.
 */
final class QueueKeeper implements QueueAccess, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(QueueKeeper.class.getName());
  static final int THREADS = 4;

  private final JobQueues queues;

  /**
   * Smallest tag first, as in the queues themselves: whoever sends a thousand at once holds up
   * nobody here either.
   */
  private final ExecutorService offers =
      pool("penstock-queue-offer", THREADS, new PriorityBlockingQueue<>());

  private final ExecutorService upkeep =
      pool("penstock-queue-upkeep", 1, new LinkedBlockingQueue<>());

  private final Ticker ticker;

  private final OffersUnderWay underWay = new OffersUnderWay();

  private final Withdrawals withdrawals = new Withdrawals();

  /** Models whose look is under way. */
  private final Set<String> looking = ConcurrentHashMap.newKeySet();

  /** An offer that waits for a thread. */
  private record Offer(JobDescriptor job, Runnable call) implements Runnable, Comparable<Offer> {
    private static final Comparator<Offer> ORDER =
        Comparator.<Offer>comparingLong(offer -> offer.job().tag())
            .thenComparingLong(offer -> offer.job().id().sequence());

    @Override
    public void run() {
      call.run();
    }

    @Override
    public int compareTo(Offer other) {
      return ORDER.compare(this, other);
    }
  }

  QueueKeeper(JobQueues queues, Ticker ticker) {
    this.queues = queues;
    this.ticker = ticker;
  }

  @Override
  public void offer(JobDescriptor job, Consumer<JobDescriptor> queued) {
    underWay.begin(job.id());
    String what = "offer " + job.id();
    execute(offers, what, new Offer(job, guarded(what, () -> offerNow(job, queued))));
  }

  private void offerNow(JobDescriptor job, Consumer<JobDescriptor> queued) {
    boolean unwanted = true;
    try {
      if (underWay.wanted(job.id())) {
        queues.offer(job);
        unwanted = false;
      }
    } finally {
      if (underWay.end(job.id())) {
        unwanted = true;
        remove(job);
      }
    }
    if (!unwanted) {
      queued.accept(job);
    }
  }

  @Override
  public void withdraw(JobDescriptor job) {
    if (!underWay.withdraw(job.id())) {
      remove(job);
    }
  }

  private void remove(JobDescriptor job) {
    if (withdrawals.add(job)) {
      removeWithdrawn();
    }
  }

  @Override
  public void withdrawAgain() {
    if (!withdrawals.isEmpty()) {
      removeWithdrawn();
    }
  }

  private void removeWithdrawn() {
    run(
        upkeep,
        "take withdrawn jobs out of their queues",
        () -> withdrawals.remove(queues::removeAll));
  }

  @Override
  public void look(String model, String incarnation, Look look) {
    if (looking.add(model)) {
      run(
          upkeep,
          "look into the queue of " + model,
          () -> {
            try {
              long asked = ticker.nanos();
              look.found(standing(model, incarnation), asked);
            } finally {
              looking.remove(model);
            }
          });
    }
  }

  private Set<JobId> standing(String model, String incarnation) {
    return queues.snapshot(model).stream()
        .map(JobDescriptor::id)
        .filter(id -> id.incarnation().equals(incarnation))
        .collect(Collectors.toSet());
  }

  @Override
  public void purge(Set<String> liveIncarnations, Runnable failed) {
    run(
        upkeep,
        "purge the queues",
        () -> {
          boolean done = false;
          try {
            purgeNow(liveIncarnations);
            done = true;
          } finally {
            if (!done) {
              failed.run();
            }
          }
        });
  }

  private void purgeNow(Set<String> liveIncarnations) {
    for (String model : queues.models()) {
      List<JobDescriptor> orphans =
          queues.snapshot(model).stream()
              .filter(job -> !liveIncarnations.contains(job.id().incarnation()))
              .toList();
      orphans.forEach(queues::remove);
      if (!orphans.isEmpty()) {
        LOG.log(Level.INFO, "dropped {0} jobs of {1} whose router is gone", orphans.size(), model);
      }
    }
  }

  private static void run(ExecutorService pool, String what, Runnable call) {
    execute(pool, what, guarded(what, call));
  }

  private static Runnable guarded(String what, Runnable call) {
    return () -> {
      try {
        call.run();
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "Could not {0}: {1}; it is tried again.", what, e);
      }
    };
  }

  private static void execute(ExecutorService pool, String what, Runnable task) {
    try {
      pool.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "Not done, leaving: {0}", what);
    }
  }

  private static ExecutorService pool(
      String name, int threads, BlockingQueue<Runnable> waitingTasks) {
    var count = new AtomicInteger();
    return new ThreadPoolExecutor(
        threads,
        threads,
        0,
        TimeUnit.SECONDS,
        waitingTasks,
        task -> {
          var thread = new Thread(task, name + "-" + count.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  @Override
  public void close() {
    offers.shutdownNow();
    upkeep.shutdownNow();
  }
}
