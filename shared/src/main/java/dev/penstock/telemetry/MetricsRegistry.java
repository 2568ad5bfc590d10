package dev.penstock.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The Prometheus registry of one router. It is built by the first use, on a thread of its own:
 * loading its classes takes longer than answering a request, and start-up does not wait for it.
 * What is recorded meanwhile waits in order, up to a bound. Safe for use by any thread; never
 * blocks.
 *
 * <p>What cannot be recorded is lost, and hurts nothing else: not what is recorded after it, nor
 * the request it is about. When the registry itself cannot be built, each scrape tries again.
 */
public final class MetricsRegistry {
  /** Requests of some seconds: as long as building takes on a machine that is busy. */
  static final int MOST_WAITING = 50_000;

  private static final System.Logger LOG = System.getLogger(MetricsRegistry.class.getName());

  private final Supplier<PrometheusMeterRegistry> builder;
  private final Queue<Use> waiting = new ArrayDeque<>();
  private final AtomicLong failures = new AtomicLong();
  private @Nullable PrometheusMeterRegistry registry;
  private boolean building;
  private boolean broken;

  /** What is done with the registry, and who is told that it could not be. */
  private record Use(Consumer<PrometheusMeterRegistry> action, Consumer<Throwable> failed) {}

  public MetricsRegistry() {
    this(() -> new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
  }

  MetricsRegistry(Supplier<PrometheusMeterRegistry> builder) {
    this.builder = builder;
  }

  /** Runs the action with the registry, now or as soon as it is built. */
  public void with(Consumer<MeterRegistry> action) {
    run(new Use(action::accept, this::lost), false);
  }

  /** The text of {@code /metrics}, with all that was recorded before. */
  public CompletableFuture<String> scrape() {
    var text = new CompletableFuture<String>();
    run(new Use(built -> text.complete(built.scrape()), text::completeExceptionally), true);
    return text;
  }

  /** Says it the first, second, fourth, eighth … time. */
  private void lost(Throwable cause) {
    long count = failures.incrementAndGet();
    if (Long.bitCount(count) == 1) {
      LOG.log(Level.WARNING, "Metrics were lost " + count + " times. The last cause:", cause);
    }
  }

  /**
   * @param again whether a registry that could not be built is tried again
   */
  private void run(Use use, boolean again) {
    PrometheusMeterRegistry built;
    synchronized (this) {
      built = registry;
      if (built == null && (again || !broken) && waiting.size() < MOST_WAITING) {
        waiting.add(use);
        startBuilding();
        return;
      }
    }
    if (built == null) {
      use.failed().accept(new IllegalStateException("the registry of metrics is not built"));
    } else {
      run(use, built);
    }
  }

  /** INVARIANT: whatever is thrown, an error included, it ends here. */
  private static void run(Use use, PrometheusMeterRegistry built) {
    try {
      use.action().accept(built);
    } catch (Throwable e) {
      use.failed().accept(e);
    }
  }

  private synchronized void startBuilding() {
    if (!building) {
      building = true;
      var thread = new Thread(this::build, "penstock-metrics");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void build() {
    PrometheusMeterRegistry built;
    try {
      built = builder.get();
    } catch (Throwable e) {
      giveUp(e);
      return;
    }
    synchronized (this) {
      broken = false;
    }
    for (Use next = next(built); next != null; next = next(built)) {
      run(next, built);
    }
  }

  /** INVARIANT: nothing waits for what will not come. */
  private void giveUp(Throwable cause) {
    Queue<Use> inVain;
    synchronized (this) {
      inVain = new ArrayDeque<>(waiting);
      waiting.clear();
      building = false;
      broken = true;
    }
    inVain.forEach(use -> use.failed().accept(cause));
  }

  /** What waits next; when nothing does, the registry is open to all. */
  private synchronized @Nullable Use next(PrometheusMeterRegistry built) {
    if (waiting.isEmpty()) {
      registry = built;
    }
    return waiting.poll();
  }
}
