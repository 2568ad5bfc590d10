package dev.penstock.it.kit;

import dev.penstock.telemetry.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Requests that come at a fixed rate, whatever becomes of those before. */
public final class OpenLoop {
  private static final Duration END = Duration.ofSeconds(60);

  /** A machine that cannot send so fast would otherwise open one connection after the other. */
  private static final int MOST_OPEN = 2_000;

  private OpenLoop() {}

  /**
   * What came of it.
   *
   * @param sent requests
   * @param answers one for each
   * @param span from the first request until the last one was sent
   */
  public record Outcome(int sent, List<Answer> answers, Duration span) {
    public Outcome {
      answers = List.copyOf(answers);
    }

    /** Answers of a status. */
    public List<Answer> of(int status) {
      return answers.stream().filter(answer -> answer.status() == status).toList();
    }

    /** Which part of the accepted requests was answered in time. */
    public double kept() {
      return (double) of(200).size() / (of(200).size() + of(504).size());
    }

    /**
     * Which part of the time one device worked on what was then answered in time, by what its
     * worker measured: the goodput in capacities.
     */
    public double goodput() {
      double busyMillis =
          of(200).stream()
              .mapToDouble(answer -> answer.timing("inference") / answer.batchSize())
              .sum();
      return busyMillis / span.toMillis();
    }

    /** The median over all refusals, from the parsed head on the router's clock. */
    public Duration medianRefusal() {
      double[] seconds =
          of(429).stream()
              .mapToDouble(answer -> Double.parseDouble(answer.header("X-Processing-Time")))
              .sorted()
              .toArray();
      return Duration.ofNanos((long) (seconds[seconds.length / 2] * 1e9));
    }
  }

  /**
   * Sends, then waits for all answers.
   *
   * @param request sends one
   */
  public static Outcome run(
      int perSecond, Duration span, Supplier<CompletableFuture<Answer>> request) {
    Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    var open = new AtomicInteger();
    long between = TimeUnit.SECONDS.toNanos(1) / perSecond;
    long started = Ticker.SYSTEM.nanos();
    int sent = 0;
    for (long now = started; now - started < span.toNanos(); now = Ticker.SYSTEM.nanos()) {
      for (; now - started >= sent * between && open.get() < MOST_OPEN; sent++) {
        open.incrementAndGet();
        var unused =
            request
                .get()
                .whenComplete(
                    (answer, failure) -> {
                      if (failure == null) {
                        answers.add(answer);
                      } else {
                        failures.add(failure);
                      }
                      open.decrementAndGet();
                    });
      }
      LockSupport.parkNanos(between / 2);
    }
    Duration took = Duration.ofNanos(Ticker.SYSTEM.nanos() - started);
    Await.until(() -> open + " answers are still to come", END, () -> open.get() == 0);
    if (!failures.isEmpty()) {
      throw new AssertionError(
          failures.size() + " requests without a right answer", failures.peek());
    }
    return new Outcome(sent, new ArrayList<>(answers), took);
  }
}
