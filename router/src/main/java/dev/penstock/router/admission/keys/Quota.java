package dev.penstock.router.admission.keys;

import dev.penstock.telemetry.Ticker;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is left of a key's rate limit at this router. Safe for use by any thread. */
public final class Quota {
  static final Quota UNLIMITED = new Quota(null, null);

  private final @Nullable RateLimit limit;
  private final @Nullable TokenBucket bucket;

  private Quota(@Nullable RateLimit limit, @Nullable TokenBucket bucket) {
    this.limit = limit;
    this.bucket = bucket;
  }

  /** A full one; unlimited when there is no limit. */
  static Quota of(@Nullable RateLimit limit, Ticker ticker) {
    return limit == null
        ? UNLIMITED
        : new Quota(limit, new TokenBucket(limit.perSecond(), limit.burst(), ticker));
  }

  /** Whether it counts by that limit. */
  boolean has(@Nullable RateLimit other) {
    return Objects.equals(limit, other);
  }

  /**
   * Whether a request with so many images can ever pass: one over the burst cannot.
   *
   * @param images of one request
   */
  public boolean fits(int images) {
    return limit == null || cost(limit, images) <= limit.burst();
  }

  /**
   * Counts a request, unless it has to wait.
   *
   * @param images of a request that {@linkplain #fits fits}
   * @return 0 when it may pass, else nanoseconds after which it is worth trying again
   */
  public long take(int images) {
    return limit == null || bucket == null ? 0 : bucket.take(cost(limit, images));
  }

  /** Nanoseconds until the smallest request can pass; 0 when it can. Counts nothing. */
  public long waitNanos() {
    return bucket == null ? 0 : bucket.untilOne();
  }

  private static int cost(RateLimit limit, int images) {
    return limit.unit() == RateLimit.Unit.IMAGES ? images : 1;
  }

  /** The limit in words. */
  @Override
  public String toString() {
    return limit == null ? "unlimited" : limit.toString();
  }
}
