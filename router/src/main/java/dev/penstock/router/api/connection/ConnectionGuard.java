package dev.penstock.router.api.connection;

import static java.util.Objects.requireNonNull;

import dev.penstock.telemetry.Ticker;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what connections cost that ask nothing: how many there are, and how long one may be open
 * without a request in progress. The second is counted from its opening, or from its last answer,
 * whatever bytes come meanwhile; so a head that is sent byte by byte for ever holds a connection no
 * longer than silence does. (What a request in progress may take is bounded by its body's and its
 * own time, and by that of its answer: {@link UntakenAnswers}.) Safe for any thread.
 */
public final class ConnectionGuard {
  private static final Logger LOG = System.getLogger(ConnectionGuard.class.getName());
  private static final long SAID_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

  private static final long LOOK_MILLIS = 1;

  private final Ticker ticker;
  private final int most;
  private final long quietNanos;
  private final Map<HttpConnection, State> open = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong saidAt;
  private volatile long watchedNanos;
  private volatile long lastUseNanos;
  private volatile boolean watched;

  /** Of one connection; its requests are of one event loop. */
  private static final class State {
    private final Context eventLoop;
    private final long openedNanos;
    private volatile int inProgress;
    private volatile long quietSince;

    State(Context eventLoop, long now) {
      this.eventLoop = eventLoop;
      openedNanos = now;
      quietSince = now;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one event loop writes, another thread reads
    void began() {
      inProgress++;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // see above
    void ended(long now) {
      quietSince = now;
      inProgress--;
    }

    boolean quietFor(long nanos, long now) {
      return inProgress == 0 && now - quietSince > nanos;
    }
  }

  /**
   * @param most connections at once
   * @param quiet how long one may be open without a request in progress
   */
  public ConnectionGuard(Ticker ticker, int most, Duration quiet) {
    this.ticker = ticker;
    this.most = most;
    this.quietNanos = quiet.toNanos();
    this.saidAt = new AtomicLong(ticker.nanos() - SAID_AGAIN_NANOS);
  }

  /** A connection was opened; one too many is closed unread. On its event loop. */
  void opened(HttpConnection connection) {
    if (count.incrementAndGet() > most) {
      count.decrementAndGet();
      refused.incrementAndGet();
      connection.close();
      say();
      return;
    }
    open.put(connection, new State(requireNonNull(Vertx.currentContext()), ticker.nanos()));
    connection.closeHandler(
        closed -> {
          open.remove(connection);
          count.decrementAndGet();
        });
  }

  private void say() {
    long now = ticker.nanos();
    long last = saidAt.get();
    if (now - last >= SAID_AGAIN_NANOS && saidAt.compareAndSet(last, now)) {
      LOG.log(
          Level.WARNING,
          "There are {0} connections (--max-connections); new ones are closed at once.",
          most);
    }
  }

  /** The head of a request was parsed. */
  public void began(HttpConnection connection) {
    State state = open.get(connection);
    if (state != null) {
      state.began();
      if (isWatched(state)) {
        lastUseNanos = ticker.nanos();
      }
    }
  }

  /** A request was answered and its answer taken, or nobody waits for its answer any more. */
  public void ended(HttpConnection connection) {
    State state = open.get(connection);
    if (state != null) {
      state.ended(ticker.nanos());
    }
  }

  /** Closes what has been quiet for too long; to be called every second or so. */
  void sweep() {
    open.forEach(
        (connection, state) -> {
          if (isTooQuiet(state)) {
            // A request may have come that its event loop has not read yet: the timer lets it.
            state.eventLoop.runOnContext(
                there ->
                    state
                        .eventLoop
                        .owner()
                        .setTimer(LOOK_MILLIS, looked -> closeIfQuiet(connection, state)));
          }
        });
  }

  private boolean isTooQuiet(State state) {
    return state.quietFor(quietNanos, ticker.nanos());
  }

  private void closeIfQuiet(HttpConnection connection, State state) {
    if (isTooQuiet(state)) {
      connection.close();
    }
  }

  /**
   * Lets what is under way on each connection end, down to the last byte of its answer, and closes
   * it then.
   *
   * @param patience after that they are closed
   */
  void shutdown(Duration patience) {
    open.keySet()
        .forEach(connection -> connection.shutdown(patience.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** From now on it is watched whether the connections that are open are still used. */
  public void watchUse() {
    long now = ticker.nanos();
    lastUseNanos = now;
    watchedNanos = now;
    watched = true;
  }

  private boolean isWatched(State state) {
    return watched && state.openedNanos - watchedNanos <= 0;
  }

  /**
   * Whether connections are left that are watched, and one of them was used a short while ago, or
   * the watch has just begun.
   *
   * @param within how short
   */
  public boolean watchedAreUsed(Duration within) {
    return ticker.nanos() - lastUseNanos < within.toNanos()
        && open.values().stream().anyMatch(this::isWatched);
  }

  /** Connections that are open. */
  public int count() {
    return count.get();
  }

  /** Connections that were closed unread because there were too many. */
  public long refused() {
    return refused.get();
  }
}
