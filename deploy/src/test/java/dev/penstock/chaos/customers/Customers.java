package dev.penstock.chaos.customers;

import dev.penstock.chaos.fleet.Excuses;
import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Await;
import dev.penstock.it.kit.Client;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Steady load over connections that are kept alive: some clients that each send their next request
 * when they have the answer to the last, and requests that come at a fixed rate whatever becomes of
 * the others. Every answer is judged.
 */
public final class Customers implements AutoCloseable {
  /** What a customer waits who was refused, whatever it was told: it would take long otherwise. */
  private static final long REFUSED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final Duration END = Duration.ofSeconds(90);

  /** A simulated device that is told so crashes on what {@link #sendKiller} sends. */
  public static final String KILLER = Errand.KILLER;

  private final Client client;
  private final String replaced;
  private final Errand.Limits limits;
  private final Tally tally;
  private final Excuses excuses;
  private final AtomicLong numbers = new AtomicLong();
  private final BitSet answered = new BitSet();
  private final Map<String, CompletableFuture<Void>> nextAnswers = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "open-loop");
            thread.setDaemon(true);
            return thread;
          });
  private volatile boolean paused;
  private volatile boolean stopped;

  /**
   * @param replaced a model whose package is replaced now and then
   * @param limit when a router answers 504 at the latest
   * @param hurried what some requests ask for instead
   */
  public Customers(
      URI url, String replaced, Duration limit, Duration hurried, Tally tally, Excuses excuses) {
    this.client = new Client(url);
    this.replaced = replaced;
    this.limits = new Errand.Limits(limit, hurried);
    this.tally = tally;
    this.excuses = excuses;
  }

  /** Starts to send. */
  public void start(int closedLoop, int openLoopPerSecond) {
    for (int i = 0; i < closedLoop; i++) {
      String key = "customer-" + i;
      var thread = new Thread(() -> comeAgain(key), key);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
    var unused =
        clock.scheduleAtFixedRate(
            () -> {
              if (!paused) {
                var unusedAnswer = send("open-loop");
              }
            },
            0,
            TimeUnit.SECONDS.toNanos(1) / openLoopPerSecond,
            TimeUnit.NANOSECONDS);
  }

  private void comeAgain(String key) {
    while (!stopped) {
      if (paused) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      } else if (send(key).join() != Ending.ANSWERED) {
        LockSupport.parkNanos(REFUSED_NANOS);
      }
    }
  }

  private CompletableFuture<Ending> send(String key) {
    return judged(next(false), key);
  }

  private CompletableFuture<Ending> judged(Errand errand, String key) {
    return send(errand, key).handle((answer, failure) -> ended(errand, answer, failure));
  }

  private Errand next(boolean kills) {
    return new Errand(numbers.getAndIncrement(), replaced, kills, limits);
  }

  private CompletableFuture<Answer> send(Errand errand, String key) {
    tally.sent();
    return client.detecting(errand.model(), errand.body(), key, errand.headers());
  }

  private Ending ended(Errand errand, Answer answer, Throwable failure) {
    Errand.Judgement judgement;
    try {
      judgement =
          failure == null
              ? errand.judge(answer, excuses, answered)
              : errand.judge(failure, excuses);
    } catch (RuntimeException | AssertionError unreadable) {
      judgement = new Errand.Judgement(Ending.WRONG, errand.id() + " " + unreadable);
    }
    tally.ended(errand, judgement.ending(), judgement.story());
    if (judgement.ending() == Ending.ANSWERED) {
      CompletableFuture<Void> awaited = nextAnswers.remove(answer.worker());
      if (awaited != null) {
        awaited.complete(null);
      }
    }
    return judgement.ending();
  }

  /** Waits until that worker has answered something: it is about to post the rest of its batch. */
  public void awaitAnswerOf(String worker, Duration patience) {
    nextAnswers
        .computeIfAbsent(worker, added -> new CompletableFuture<>())
        .completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  /** Waits for that many more answers. */
  public void awaitAnswered(int more, Duration patience) {
    long enough = tally.count(Ending.ANSWERED) + more;
    Await.until(
        () -> more + " more answers: " + tally.line(),
        patience,
        () -> tally.count(Ending.ANSWERED) >= enough);
  }

  /** Sends nothing until {@link #resume}; returns when nothing is under way. */
  public void pause() {
    paused = true;
    Await.until(() -> "all answers come: " + tally.line(), END, () -> tally.open() == 0);
  }

  public void resume() {
    paused = false;
  }

  /** One key sends many requests at once. */
  public void flood(int requests) {
    for (int i = 0; i < requests; i++) {
      var unused = send("flood");
    }
  }

  /** Sends a request that no worker with a simulated device survives; returns how it ended. */
  public Ending sendKiller() {
    return judged(next(true), "killer").join();
  }

  /** Sends requests and hangs up on all of them. */
  public void hangUp(int requests, long waitNanos) {
    var sent = new LinkedHashMap<Errand, CompletableFuture<Answer>>();
    for (int i = 0; i < requests; i++) {
      Errand errand = next(false);
      sent.put(errand, send(errand, "impatient"));
    }
    LockSupport.parkNanos(waitNanos);
    sent.forEach(
        (errand, answer) -> {
          answer.cancel(true);
          tally.ended(errand, Ending.HUNG_UP, "");
        });
  }

  /** Sends nothing more and waits until the end of every request is known. */
  @Override
  public void close() {
    stopped = true;
    clock.shutdown();
    Await.until(() -> "all requests end: " + tally.line(), END, () -> tally.open() == 0);
    Await.until("all customers leave", END, () -> threads.stream().noneMatch(Thread::isAlive));
  }
}
