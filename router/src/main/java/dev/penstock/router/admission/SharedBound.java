package dev.penstock.router.admission;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bound that callers share: of jobs, or of bytes. Not thread-safe: guarded by the {@link
 * AdmissionControl}.
 *
 * <p>Nobody may fill it while others are active. The threshold is dynamic (A. K. Choudhury and E.
 * L. Hahne, <em>Dynamic queue length thresholds for shared-memory packet switches</em>, IEEE/ACM
 * Transactions on Networking 6(2), 1998): a caller may hold at most {@link #ALPHA} times what it
 * leaves free, so one that floods stops at two thirds, two of them together at four fifths, and
 * there is always something free for the next one to come. No part is set aside: who is alone has
 * it all.
 */
final class SharedBound {
  /** What a caller may hold, in free places. More lets one take more and leaves less free. */
  static final double ALPHA = 2;

  /** All whose key is not known yet are one; no id of a caller is like this. */
  private static final String UNKNOWN = "?";

  private final long bound;
  private final ActiveCallers callers;
  private final Map<String, Long> held = new HashMap<>();
  private long total;

  /** Whether something can be had. */
  enum Verdict {
    FITS,
    /** There is not so much left for anybody. */
    FULL,
    /** The caller holds its part. */
    OVER_SHARE
  }

  SharedBound(long bound, ActiveCallers callers) {
    this.bound = bound;
    this.callers = callers;
  }

  /**
   * Whether so much more could be taken; takes nothing.
   *
   * @param caller null for one whose key is not known yet
   */
  Verdict test(@Nullable Caller caller, long more) {
    long free = bound - total;
    long has = held.getOrDefault(id(caller), 0L);
    if (more > free) {
      return Verdict.FULL;
    }
    // Who holds nothing may have what is free, however small its weight is.
    if (has == 0 || callers.alone(caller)) {
      return Verdict.FITS;
    }
    double most = ALPHA * callers.share(caller) * (free - more);
    return has + more <= most ? Verdict.FITS : Verdict.OVER_SHARE;
  }

  /**
   * INVARIANT: of jobs and payloads called only after {@link #test} said that it fits, so never
   * beyond the bound.
   */
  void take(@Nullable Caller caller, long more) {
    total += more;
    if (more > 0) {
      held.merge(id(caller), more, Long::sum);
    }
  }

  void give(@Nullable Caller caller, long less) {
    total -= less;
    held.computeIfPresent(id(caller), (id, has) -> has > less ? has - less : null);
  }

  long total() {
    return total;
  }

  long bound() {
    return bound;
  }

  /** Says what is not as it must be. */
  List<String> violations(String what) {
    var violations = new ArrayList<String>();
    if (total < 0 || total > bound) {
      violations.add(total + " " + what + " of " + bound);
    }
    violations.addAll(miscounted(what));
    return violations;
  }

  /** The same without regard to the bound. */
  List<String> miscounted(String what) {
    var violations = new ArrayList<String>();
    if (held.values().stream().mapToLong(Long::longValue).sum() != total
        || held.values().stream().anyMatch(has -> has <= 0)) {
      violations.add(total + " " + what + " are not those of " + held);
    }
    return violations;
  }

  private static String id(@Nullable Caller caller) {
    return caller == null ? UNKNOWN : caller.id();
  }
}
