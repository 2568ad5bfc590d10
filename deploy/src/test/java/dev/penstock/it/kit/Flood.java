package dev.penstock.it.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.telemetry.Ticker;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Sends at its own pace, whether it is answered or not (open loop), as long as not too many are
 * open for this machine. At its end it hangs up on what is still open.
 */
public final class Flood implements AutoCloseable {
  private static final long LOOK_NANOS = Duration.ofMillis(2).toNanos();

  private final Supplier<CompletableFuture<Answer>> request;
  private final double perSecond;
  private final int mostOpen;
  private final Set<CompletableFuture<Answer>> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger served = new AtomicInteger();
  private final Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();
  private final Thread sender = new Thread(this::send, "flood");
  private volatile boolean stopping;

  private Flood(Supplier<CompletableFuture<Answer>> request, double perSecond, int mostOpen) {
    this.request = request;
    this.perSecond = perSecond;
    this.mostOpen = mostOpen;
  }

  /** Starts sending. A request that finds no server is one that was not sent. */
  public static Flood start(
      double perSecond, int mostOpen, Supplier<CompletableFuture<Answer>> request) {
    var flood = new Flood(request, perSecond, mostOpen);
    flood.sender.setDaemon(true);
    flood.sender.start();
    return flood;
  }

  private void send() {
    try {
      sendAll();
    } catch (RuntimeException e) {
      wrong.add(e);
    }
  }

  private void sendAll() {
    long started = Ticker.SYSTEM.nanos();
    for (long sent = 0; !stopping; LockSupport.parkNanos(LOOK_NANOS)) {
      double seconds = (Ticker.SYSTEM.nanos() - started) / 1e9;
      for (; sent < seconds * perSecond; sent++) {
        if (open.size() < mostOpen) {
          sendOne();
        }
      }
    }
  }

  private void sendOne() {
    CompletableFuture<Answer> answer = request.get();
    open.add(answer);
    var unused =
        answer.whenComplete(
            (result, failure) -> {
              open.remove(answer);
              if (result != null && result.status() == 200) {
                served.incrementAndGet();
              } else if (failure != null && failure.getCause() instanceof AssertionError) {
                wrong.add(failure.getCause());
              }
            });
  }

  /** Requests that were answered 200 so far. */
  public int served() {
    return served.get();
  }

  /** Waits until so many are open: the flood is there. */
  public Flood awaitOpen(int many) {
    Await.until(
        () -> many + " requests are open: " + open.size() + " " + wrong,
        Duration.ofSeconds(30),
        () -> open.size() >= many);
    return this;
  }

  @Override
  public void close() {
    stopping = true;
    try {
      sender.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    open.forEach(answer -> answer.cancel(true));
    assertThat(wrong).as("what went wrong with the flood").isEmpty();
  }
}
