package dev.penstock.cli.process;

import dev.penstock.cli.options.LogLevel;
import dev.penstock.config.Build;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.lang.ref.Reference;
import java.util.List;

/** What every serving sub-command needs around its nodes: log, event loops, an orderly end. */
public final class ServingProcess {
  private final Logging logging;
  private final OrderlyStop stop;
  private final PrintWriter out;

  private ServingProcess(Logging logging, OrderlyStop stop, PrintWriter out) {
    this.logging = logging;
    this.stop = stop;
    this.out = out;
  }

  /**
   * Sets up the log and what happens at SIGTERM.
   *
   * @param out where the line goes that says that it serves
   */
  public static ServingProcess start(LogLevel level, PrintWriter out) {
    // Unbuffered descriptors: a record is written whole, in one call.
    Logging logging =
        Logging.start(
            level,
            new FileOutputStream(FileDescriptor.err),
            new FileOutputStream(FileDescriptor.out));
    return new ServingProcess(logging, OrderlyStop.atShutdown(Ticker.SYSTEM), out);
  }

  /** Event loops that are closed after everything that is added later. */
  public Vertx vertx() {
    // Nothing is served from the class path: no cache folder in /tmp that a killed process leaves.
    FileSystemOptions noCache =
        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
    Vertx vertx = Vertx.vertx(new VertxOptions().setFileSystemOptions(noCache));
    stop.add("event loops", () -> vertx.close().await());
    return vertx;
  }

  /** Adds a part that is stopped before those that were added earlier. */
  public void onStop(String name, Runnable stopPart) {
    stop.add(name, stopPart);
  }

  /**
   * Says that it serves, and what build does, and keeps the calling thread until everything was
   * stopped.
   */
  public void serve(String ready, List<String> hints) {
    out.println("ready " + ready + " " + Build.current().words());
    hints.forEach(out::println);
    out.flush();
    try {
      stop.await();
    } finally {
      Reference.reachabilityFence(logging.loggers);
    }
  }
}
