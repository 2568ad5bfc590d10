package dev.penstock.router.api.connection;

import dev.penstock.telemetry.Ticker;
import io.vertx.core.http.HttpConnection;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The answers that are being sent, and how long their clients may take to read them: an answer
 * takes memory until then. What is too slow is broken off. Safe for any thread.
 *
 * <p>The limits are for what leaves this machine, which the buffers of two kernels make bumpy: a
 * client that reads steadily at the least rate takes a new piece every few seconds.
 */
public final class UntakenAnswers {
  /**
   * Of which nothing was taken for so long is broken off. Phones lose their network for several
   * seconds, and proxies wait for clients of their own.
   */
  public static final Duration STILL = Duration.ofSeconds(30);

  /** So is, after the first such time, what was taken more slowly on average: bytes in a second. */
  public static final long LEAST_RATE = 32 << 10;

  /** And what is not whole by then. */
  public static final Duration LONGEST = Duration.ofMinutes(5);

  private static final Logger LOG = System.getLogger(UntakenAnswers.class.getName());
  private static final long SAID_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final double SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Ticker ticker;
  private final Set<Untaken> answers = ConcurrentHashMap.newKeySet();
  private final AtomicLong brokenOff = new AtomicLong();
  private final AtomicLong unsaid = new AtomicLong();
  private final AtomicLong saidAt;

  /** An answer that is being sent. */
  public interface Untaken {
    /** When it began, on this router's clock. */
    long begunNanos();

    /** When something of it was taken last, or it began. */
    long takenNanos();

    /** Bytes that left this machine. */
    long taken();

    /** All of its bytes. */
    long length();

    /** Id of its request. */
    String requestId();

    HttpConnection connection();

    /**
     * Breaks it off, or its whole connection, if {@code still} says so on its event loop: a piece
     * may have been taken meanwhile. Returns at once.
     */
    void breakOff(java.util.function.BooleanSupplier still, Runnable done);
  }

  public UntakenAnswers(Ticker ticker) {
    this.ticker = ticker;
    this.saidAt = new AtomicLong(ticker.nanos() - SAID_AGAIN_NANOS);
  }

  /** An answer begins. */
  public void begun(Untaken answer) {
    answers.add(answer);
  }

  /** It was taken, or its client has left. */
  public void ended(Untaken answer) {
    answers.remove(answer);
  }

  /** Breaks off what is too slow; to be called every second or so. */
  void sweep() {
    for (Untaken answer : answers) {
      if (isTooSlow(answer)) {
        answer.breakOff(() -> isTooSlow(answer), () -> brokeOff(answer));
      }
    }
  }

  private boolean isTooSlow(Untaken answer) {
    long now = ticker.nanos();
    long passed = now - answer.begunNanos();
    return now - answer.takenNanos() >= STILL.toNanos()
        || passed >= LONGEST.toNanos()
        || answer.taken() < LEAST_RATE * ((passed - STILL.toNanos()) / SECOND_NANOS);
  }

  private void brokeOff(Untaken answer) {
    brokenOff.incrementAndGet();
    long now = ticker.nanos();
    long last = saidAt.get();
    if (now - last < SAID_AGAIN_NANOS || !saidAt.compareAndSet(last, now)) {
      unsaid.incrementAndGet();
      return;
    }
    LOG.log(
        Level.WARNING,
        "The client at {0} took {1} of the {2} bytes of its answer in {3} s (request {4}); the"
            + " answer was broken off. It is the same with {5} others since the last such line.",
        answer.connection().remoteAddress(),
        Long.toString(answer.taken()),
        Long.toString(answer.length()),
        Math.round((now - answer.begunNanos()) / SECOND_NANOS),
        answer.requestId(),
        unsaid.getAndSet(0));
  }

  /** Answers that were broken off because their clients did not take them. */
  public long brokenOff() {
    return brokenOff.get();
  }
}
