package dev.penstock.router.api.exchange;

import dev.penstock.router.admission.RequestTimeouts;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Until when an exchange is answered. As the exchange, it lives on one event loop. */
public final class Deadline {
  private static final long NONE = -1;
  private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final Exchange exchange;
  private final ExchangeServices services;
  private Duration timeout;
  private long kept = NONE;

  Deadline(Exchange exchange, ExchangeServices services) {
    this.exchange = exchange;
    this.services = services;
    this.timeout = services.timeouts().standard();
  }

  /**
   * Takes the time limit that the client asks for.
   *
   * @throws ApiException with status 400 when it is none
   */
  public void read() {
    try {
      timeout = services.timeouts().of(exchange.request().getHeader(RequestTimeouts.HEADER));
    } catch (IllegalArgumentException e) {
      throw ApiException.message(400, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Allows as much time as any request may have, unless the client asks for another limit.
   *
   * @throws ApiException with status 400 when that is none
   */
  public void extend() {
    if (exchange.request().getHeader(RequestTimeouts.HEADER) == null) {
      timeout = services.timeouts().longest();
    } else {
      read();
    }
  }

  /** From the parsed head to the answer. */
  public Duration timeout() {
    return timeout;
  }

  /** How much of the time is left. */
  public long remainingNanos() {
    return exchange.startedNanos() + timeout.toNanos() - services.ticker().nanos();
  }

  /** Sets a timer; returns its id. */
  long timer(Runnable action) {
    long millis = (remainingNanos() + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
    return exchange.context().owner().setTimer(Math.max(1, millis), fired -> action.run());
  }

  void cancel(long timer) {
    exchange.context().owner().cancelTimer(timer);
  }

  /** Sees to it that the exchange is answered 504 in time, whatever is going on by then. */
  public void keep() {
    kept = timer(() -> exchange.answer(Answer.message(504, RequestTimeouts.expired(timeout))));
  }

  /** Somebody else sees to it, or it is answered. */
  public void letGo() {
    if (kept != NONE) {
      cancel(kept);
      kept = NONE;
    }
  }
}
