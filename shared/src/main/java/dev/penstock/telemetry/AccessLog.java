package dev.penstock.telemetry;

import dev.penstock.config.RouterConfig;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes one line a request. Lines are made and written on a thread of their own: a full pipe
 * behind the log must not stop an event loop. When the writer falls behind by {@value #CAPACITY}
 * lines, further ones are counted and the count is written in their place. A line that cannot be
 * written is lost, and the next one tried.
 */
public final class AccessLog implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(AccessLog.class.getName());
  private static final int CAPACITY = 8192;
  private static final long CLOSE_MILLIS = 2_000;

  private final BlockingQueue<Runnable> lines = new ArrayBlockingQueue<>(CAPACITY);
  private final AtomicLong missed = new AtomicLong();
  private final @Nullable Function<RequestRecord, String> form;
  private final Consumer<String> sink;
  private final @Nullable Thread writer;
  private volatile boolean closed;

  /** Of the writer's thread. */
  private long failures;

  private AccessLog(@Nullable Function<RequestRecord, String> form, Consumer<String> sink) {
    this.form = form;
    this.sink = sink;
    if (form == null) {
      writer = null;
    } else {
      writer = new Thread(this::writeAll, "penstock-access-log");
      writer.setDaemon(true);
      writer.start();
    }
  }

  /** A log in that form whose lines go to the platform logger {@code dev.penstock.access}. */
  public static AccessLog create(RouterConfig.AccessLog form) {
    System.Logger logger = System.getLogger("dev.penstock.access");
    return create(form, line -> logger.log(System.Logger.Level.INFO, line));
  }

  /** A log in that form whose lines go to the sink, on the writer's thread. */
  public static AccessLog create(RouterConfig.AccessLog form, Consumer<String> sink) {
    return switch (form) {
      case TEXT -> new AccessLog(AccessLine::text, sink);
      case JSON -> new AccessLog(AccessLine::json, sink);
      case OFF -> new AccessLog(null, sink);
    };
  }

  /** Adds the line of a request. Never blocks. */
  public void write(RequestRecord request) {
    var toLine = form;
    if (toLine == null || closed) {
      return;
    }
    if (!lines.offer(() -> sink.accept(toLine.apply(request)))) {
      missed.incrementAndGet();
    }
  }

  /** Writes what is there and ends the writer. Blocks up to two seconds. */
  @Override
  public void close() {
    closed = true;
    if (writer == null) {
      return;
    }
    writer.interrupt();
    try {
      writer.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void writeAll() {
    while (!closed) {
      try {
        write(lines.take());
        write(this::sayWhatIsMissing);
      } catch (InterruptedException e) {
        // Only close() interrupts; what is left is written below.
        break;
      }
    }
    for (Runnable line = lines.poll(); line != null; line = lines.poll()) {
      write(line);
    }
    write(this::sayWhatIsMissing);
  }

  /** INVARIANT: whatever is thrown, an error included, the writer goes on. */
  private void write(Runnable line) {
    try {
      line.run();
    } catch (Throwable e) {
      failures++;
      if (Long.bitCount(failures) == 1) { // the first, second, fourth, eighth …
        LOG.log(
            System.Logger.Level.WARNING,
            "The access log could not be written "
                + failures
                + " times since the start; each time"
                + " a line was lost. The last cause:",
            e);
      }
    }
  }

  private void sayWhatIsMissing() {
    if (missed.get() > 0 && lines.remainingCapacity() > CAPACITY / 2) {
      sink.accept(missed.getAndSet(0) + " requests not logged: the log's reader is too slow");
    }
  }
}
