package dev.penstock.router.api.image;

import dev.penstock.router.admission.Refusal;
import dev.penstock.router.admission.Reservation;
import dev.penstock.router.api.exchange.ApiException;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the downloads of one request share: how much they may take together, because a short body
 * that lists many large images would otherwise fill the memory, and whether anybody still waits for
 * them. Thread-safe.
 */
final class Downloads {
  private final long maxBytes;
  private final AtomicLong left;
  private final Reservation payload;
  private final Future<Void> end;
  private final Turns turns;

  /**
   * @param maxBytes of all images together
   * @param payload where the memory for them is taken
   * @param end completes when nobody waits for them any more
   * @param turns how many of them may come at once
   */
  Downloads(long maxBytes, Reservation payload, Future<Void> end, Turns turns) {
    this.maxBytes = maxBytes;
    this.left = new AtomicLong(maxBytes);
    this.payload = payload;
    this.end = end;
    this.turns = turns;
  }

  /**
   * So many more bytes have come.
   *
   * @throws ApiException when they are too many
   */
  void take(int bytes) {
    if (left.addAndGet(-bytes) < 0) {
      throw ApiException.badImage(
          "Data pointed by URL is larger than the limit of "
              + maxBytes
              + " bytes for all images of a request.");
    }
    Optional<Refusal> refusal = payload.grow(bytes);
    if (refusal.isPresent()) {
      throw ApiException.refused(refusal.get());
    }
  }

  /** How many of them may come at once. */
  Turns turns() {
    return turns;
  }

  /** Whether nobody waits any more. */
  boolean over() {
    return end.isComplete();
  }

  /** Runs when nobody waits any more. */
  void whenOver(Runnable action) {
    end.onComplete(over -> action.run());
  }
}
