package dev.penstock.tls;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the files of certificates now and then and puts to use what is new. What cannot be used
 * is said and left alone: what was shown before is shown on. Connections that stand are not
 * touched.
 *
 * @param <C> of the listener or the clients that show them
 */
public final class CertificateWatch<C extends Credentials> implements AutoCloseable {
  private static final Logger LOG = System.getLogger(CertificateWatch.class.getName());

  /** Reading some kilobytes; network file systems tell nobody of changes. */
  private static final Duration LOOKS = Duration.ofSeconds(5);

  private static final Duration SOON = Duration.ofDays(14);
  private static final Duration SAID_AGAIN = Duration.ofDays(1);

  /** Reads the files. */
  @FunctionalInterface
  public interface Source<C> {
    C load() throws UnusableCertificateException;
  }

  private final Vertx vertx;
  private final String name;
  private final Source<C> source;
  private final Function<C, Future<?>> use;
  private final InstantSource calendar;
  private final long timer;
  private C used;
  private @Nullable String problem;
  private Instant warned = Instant.MIN;

  private CertificateWatch(
      Vertx vertx,
      String name,
      Source<C> source,
      C used,
      Function<C, Future<?>> use,
      InstantSource calendar,
      Duration looks) {
    this.vertx = vertx;
    this.name = name;
    this.source = source;
    this.used = used;
    this.use = use;
    this.calendar = calendar;
    warnOfExpiry(used);
    this.timer = vertx.setPeriodic(looks.toMillis(), look -> look());
  }

  /**
   * Looks until it is closed.
   *
   * @param name says in the log whose certificates these are
   * @param used what is used now
   * @param use puts others to use
   */
  public static <C extends Credentials> CertificateWatch<C> start(
      Vertx vertx, String name, Source<C> source, C used, Function<C, Future<?>> use) {
    return start(vertx, name, source, used, use, InstantSource.system(), LOOKS);
  }

  static <C extends Credentials> CertificateWatch<C> start(
      Vertx vertx,
      String name,
      Source<C> source,
      C used,
      Function<C, Future<?>> use,
      InstantSource calendar,
      Duration looks) {
    return new CertificateWatch<>(vertx, name, source, used, use, calendar, looks);
  }

  private void look() {
    vertx
        .executeBlocking(
            () -> {
              C now = source.load();
              warnOfExpiry(now);
              return now;
            })
        .compose(now -> now.equals(used) ? Future.succeededFuture() : replace(now))
        .onSuccess(done -> problem = null)
        .onFailure(this::complain);
  }

  private Future<?> replace(C now) {
    return use.apply(now)
        .onSuccess(
            done -> {
              used = now;
              LOG.log(
                  Level.INFO,
                  "{0}: new certificates are in use, good until {1}",
                  name,
                  now.expires());
            });
  }

  /** Not at the first look: files that are replaced one after the other do not match meanwhile. */
  private void complain(Throwable cause) {
    String now = String.valueOf(cause.getMessage());
    if (problem == null) {
      problem = "";
    } else if (!now.equals(problem)) {
      problem = now;
      LOG.log(Level.WARNING, "{0}: {1} What was shown before is shown on.", name, now);
    }
  }

  private synchronized void warnOfExpiry(C shown) {
    Instant today = calendar.instant();
    if (shown.expires().isAfter(today.plus(SOON)) || warned.plus(SAID_AGAIN).isAfter(today)) {
      return;
    }
    warned = today;
    LOG.log(
        Level.WARNING,
        shown.expires().isAfter(today)
            ? "{0}: a certificate is good until {1} only: put a new one in its place."
            : "{0}: a certificate is over since {1}; who checks it refuses: put a new one in its"
                + " place.",
        name,
        shown.expires());
  }

  @Override
  public void close() {
    vertx.cancelTimer(timer);
  }
}
