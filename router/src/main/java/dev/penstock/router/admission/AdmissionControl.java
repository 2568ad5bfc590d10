package dev.penstock.router.admission;

import dev.penstock.router.admission.Refusal.Reason;
import dev.penstock.router.admission.SharedBound.Verdict;
import dev.penstock.telemetry.Ticker;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a router takes in: so many jobs, so many bytes ({@link SharedBound}), and nothing
 * that would wait longer than it has time ({@link WaitPrediction}).
 *
 * <p><b>Two looks.</b> A request is judged when its head is there ({@link #glance}), so that most
 * refusals cost neither its body nor a millisecond, and for good when its images are ({@link
 * #enter}). Bytes are reserved in between, before they come.
 *
 * <p>Thread-safe by one lock, held for microseconds; it calls nobody.
 */
public final class AdmissionControl {
  private static final int LONGEST_RETRY_SECONDS = 300;

  /** Answers that are read go in seconds; the others are broken off after half a minute. */
  private static final int UNREAD_RETRY_SECONDS = 5;

  private final ActiveCallers callers;
  private final SharedBound jobs;
  private final SharedBound bytes;
  private final SharedBound answers;
  private final WaitPrediction waits;
  private final Map<Reason, Long> refused = new EnumMap<>(Reason.class);

  /**
   * @param maxJobs most jobs in flight at once
   * @param maxBytes most bytes of payloads held at once, and most bytes of unread answers
   */
  public AdmissionControl(int maxJobs, long maxBytes, Ticker ticker) {
    this.callers = new ActiveCallers(ticker);
    this.jobs = new SharedBound(maxJobs, callers);
    this.bytes = new SharedBound(maxBytes, callers);
    this.answers = new SharedBound(maxBytes, callers);
    this.waits = new WaitPrediction(new DrainRate(ticker));
  }

  /**
   * Whether a request is refused whatever is in its body.
   *
   * @param remainingNanos until its deadline
   */
  public synchronized Optional<Refusal> glance(Line line, long remainingNanos, Devices devices) {
    asks(line.caller());
    return judge(line, 1, remainingNanos, devices);
  }

  /**
   * Takes a place for each job of a request, or none.
   *
   * @param digest of the model's package
   * @param remainingNanos until its deadline
   */
  public synchronized Entry enter(
      Caller caller,
      Priority priority,
      String digest,
      int count,
      long remainingNanos,
      Devices devices) {
    asks(caller);
    var line = new Line(caller, priority, digest);
    Optional<Refusal> refusal = judge(line, count, remainingNanos, devices);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    // INVARIANT: never more in flight than the bound, exactly, under any burst.
    jobs.take(caller, count);
    var place = new Place(this, caller, priority, digest, count);
    waits.entered(place);
    return place;
  }

  private void asks(@Nullable Caller caller) {
    if (caller != null) {
      callers.asked(caller);
    }
  }

  private Optional<Refusal> judge(Line line, int count, long remainingNanos, Devices devices) {
    Verdict verdict = jobs.test(line.caller(), count);
    if (verdict != Verdict.FITS) {
      double part = (double) count / Math.max(1, jobs.total());
      int seconds = retryAfter(waits.secondsForPart(part, devices.serving()));
      return verdict == Verdict.FULL
          ? refuse(
              Reason.JOBS,
              seconds,
              "Too many requests are in flight. Retry after %d s or add workers.")
          : refuse(
              Reason.JOBS_OF_CALLER,
              seconds,
              "Too many requests of this API key are in flight beside those of others. Retry after"
                  + " %d s or add workers.");
    }
    double most = WaitPrediction.longest(remainingNanos);
    double wait = waits.seconds(line, count, devices);
    if (wait <= most) {
      return Optional.empty();
    }
    return refuse(
        Reason.WAIT,
        retryAfter(wait - most),
        "The request would not be answered in time: it would wait about %.1f s. Retry after"
                .formatted(wait)
            + " %d s, allow more time with the header "
            + RequestTimeouts.HEADER
            + ", or add workers.");
  }

  private static int retryAfter(double seconds) {
    return (int) Math.max(1, Math.min(LONGEST_RETRY_SECONDS, Math.ceil(seconds)));
  }

  private Optional<Refusal> refuse(Reason reason, int seconds, String message) {
    count(reason);
    return Optional.of(new Refusal(reason, seconds, message.formatted(seconds)));
  }

  /** Counts a refusal that was decided elsewhere. */
  public synchronized void count(Reason reason) {
    refused.merge(reason, 1L, Long::sum);
  }

  /** A reservation that holds nothing yet. */
  public Reservation reservation(@Nullable Caller caller) {
    return new Reservation(this, caller, bytes);
  }

  /**
   * The same for an answer, from its beginning until its client has it. Payloads have to fit beside
   * answers; answers need not fit beside payloads, or whatever was let in up to the bound could not
   * be answered with more than was asked.
   */
  public Reservation answer(Caller caller) {
    return new Reservation(this, caller, answers);
  }

  /** Workers have taken all that waited. */
  public synchronized void nothingWaits() {
    waits.idle();
  }

  synchronized void ran(Place place, long deviceNanos, boolean waiting) {
    waits.ran(place, deviceNanos, waiting);
  }

  synchronized void leave(Place place) {
    if (!place.left) {
      place.left = true;
      jobs.give(place.caller, place.jobs);
      waits.left(place);
    }
  }

  synchronized Optional<Refusal> grow(Reservation payload, long more) {
    if (payload.holds == 0) {
      // INVARIANT: what was let go of takes nothing any more, or nobody would give it back.
      return Optional.of(new Refusal(Reason.BYTES, 1, "The request has ended."));
    }
    Optional<Refusal> refusal =
        payload.bound == answers
            ? judgeAnswer(payload.caller, more)
            : judgePayload(payload.caller, more);
    if (refusal.isEmpty()) {
      take(payload, more);
    }
    return refusal;
  }

  synchronized void take(Reservation held, long more) {
    held.bytes += more;
    held.bound.take(held.caller, more);
  }

  private Optional<Refusal> judgeAnswer(@Nullable Caller caller, long more) {
    Verdict verdict = answers.total() == 0 ? Verdict.FITS : answers.test(caller, more);
    return verdict == Verdict.FITS
        ? Optional.empty()
        : refuse(
            verdict == Verdict.FULL ? Reason.BYTES : Reason.BYTES_OF_CALLER,
            UNREAD_RETRY_SECONDS,
            "There is no memory for the answer: earlier ones were not read yet. Read them, and"
                + " retry after %d s.");
  }

  private Optional<Refusal> judgePayload(@Nullable Caller caller, long more) {
    Verdict verdict =
        bytes.total() + answers.total() + more > bytes.bound()
            ? Verdict.FULL
            : bytes.test(caller, more);
    if (verdict == Verdict.FITS) {
      return Optional.empty();
    }
    // Payloads go as their jobs end.
    double part = Math.min(1, (double) more / Math.max(1, bytes.total()));
    int seconds = retryAfter(waits.secondsForPart(part, 1));
    return verdict == Verdict.FULL
        ? refuse(
            Reason.BYTES,
            seconds,
            "The images in flight leave no memory for this one. Retry after %d s, send smaller"
                + " images, or add workers or routers.")
        : refuse(
            Reason.BYTES_OF_CALLER,
            seconds,
            "The images of this API key in flight leave too little memory for those of others."
                + " Retry after %d s or send smaller images.");
  }

  synchronized void shrink(Reservation payload, long most) {
    if (payload.bytes > most) {
      payload.bound.give(payload.caller, payload.bytes - most);
      payload.bytes = most;
    }
  }

  synchronized Optional<Refusal> assign(Reservation payload, Caller known) {
    asks(known);
    if (payload.bytes == 0 || known.equals(payload.caller)) {
      payload.caller = known;
      return Optional.empty();
    }
    bytes.give(payload.caller, payload.bytes);
    Optional<Refusal> refusal = judgePayload(known, payload.bytes);
    if (refusal.isEmpty()) {
      payload.caller = known;
    }
    bytes.take(payload.caller, payload.bytes);
    return refusal;
  }

  synchronized void hold(Reservation payload) {
    payload.holds++;
  }

  synchronized void letGo(Reservation payload) {
    if (--payload.holds == 0) {
      shrink(payload, 0);
    }
  }

  synchronized void release(Reservation payload) {
    if (!payload.released) {
      payload.released = true;
      letGo(payload);
    }
  }

  /** How things stand. */
  public synchronized AdmissionStatus status(Devices devices) {
    return new AdmissionStatus(
        bytes.total() + answers.total(),
        bytes.bound(),
        waits.secondsForAll(devices),
        Map.copyOf(refused));
  }

  /** Jobs that have a place. */
  synchronized long jobs() {
    return jobs.total();
  }

  /** Says what is not as it must be; empty when all invariants hold. Tests ask after every step. */
  synchronized List<String> violations() {
    var violations = new ArrayList<String>();
    violations.addAll(jobs.violations("jobs"));
    violations.addAll(bytes.violations("bytes"));
    violations.addAll(answers.miscounted("bytes of answers"));
    if (jobs.total() != waits.jobs()) {
      violations.add(jobs.total() + " jobs, but work of " + waits.jobs());
    }
    return violations;
  }
}
