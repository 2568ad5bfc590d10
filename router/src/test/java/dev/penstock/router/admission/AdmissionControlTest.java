package dev.penstock.router.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.router.admission.Refusal.Reason;
import dev.penstock.router.dispatch.FakeTicker;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class AdmissionControlTest {
  private static final Caller FLOOD = new Caller("flood", 1);
  private static final Caller QUIET = new Caller("quiet", 1);
  private static final String DIGEST = "digest";
  private static final long JOB_MILLIS = 10;
  private static final Devices IDLE = new Devices(1, false);
  private static final Devices BUSY = new Devices(1, true);

  private final FakeTicker ticker = new FakeTicker();
  private final AdmissionControl control = new AdmissionControl(1_000, 1_000_000, ticker);
  private final Deque<Place> queue = new ArrayDeque<>();

  private static Devices devices(boolean busy) {
    return busy ? BUSY : IDLE;
  }

  private static long seconds(double seconds) {
    return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
  }

  private Entry enter(Caller caller, double remaining) {
    Entry entry = control.enter(caller, DIGEST, 1, seconds(remaining), devices(!queue.isEmpty()));
    if (entry instanceof Place place) {
      queue.add(place);
    }
    return entry;
  }

  /** One device that ends a job every 10 ms and always has the next one. */
  private void serve(int jobs) {
    for (int job = 0; job < jobs && !queue.isEmpty(); job++) {
      ticker.advanceMillis(JOB_MILLIS);
      Place ended = queue.remove();
      ended.leave();
      ended.ran(TimeUnit.MILLISECONDS.toNanos(JOB_MILLIS), !queue.isEmpty());
    }
  }

  /** A backlog of that many jobs of the flood at a device of which 100 jobs/s are known. */
  private void backlog(int jobs) {
    for (int job = 0; job < jobs + 50; job++) {
      assertThat(enter(FLOOD, 300)).isInstanceOf(Place.class);
    }
    serve(50);
  }

  private static Refusal refusal(Entry entry) {
    assertThat(entry).isInstanceOf(Refusal.class);
    return (Refusal) entry;
  }

  @Test
  void the_bound_holds_exactly_and_is_refused_with_its_reason() {
    assertThat(control.enter(FLOOD, DIGEST, 999, seconds(1), IDLE)).isInstanceOf(Place.class);
    assertThat(refusal(control.enter(FLOOD, DIGEST, 2, seconds(1), IDLE)).reason())
        .isEqualTo(Reason.JOBS);
    Place last = (Place) control.enter(FLOOD, DIGEST, 1, seconds(1), IDLE);
    assertThat(control.glance(FLOOD, seconds(1), IDLE)).isPresent();
    last.leave();
    last.leave();
    assertThat(control.glance(FLOOD, seconds(1), IDLE)).isEmpty();
    assertThat(control.status(IDLE).refused()).isEqualTo(java.util.Map.of(Reason.JOBS, 2L));
  }

  @Test
  void until_a_rate_was_seen_a_worker_counts_as_doing_one_job_after_the_other() {
    assertThat(enter(FLOOD, 1)).isInstanceOf(Place.class);
    ticker.advanceMillis(JOB_MILLIS);
    serve(1);
    int accepted = 0;
    while (enter(FLOOD, 2) instanceof Place) {
      accepted++;
    }
    // 2 s / 1.25 at 100 jobs/s.
    assertThat(accepted).isBetween(155, 165);
    var two = new Devices(2, true);
    assertThat(control.glance(FLOOD, seconds(2), two)).isEmpty();
  }

  @Test
  void as_long_as_nothing_is_known_nobody_is_refused_for_its_wait() {
    for (int job = 0; job < 900; job++) {
      assertThat(enter(FLOOD, 0.001)).isInstanceOf(Place.class);
    }
  }

  @Test
  void who_would_wait_too_long_is_refused_and_told_when_it_will_fit() {
    backlog(500);

    assertThat(control.status(BUSY).predictedWaitSeconds()).isBetween(4.9, 5.6);
    assertThat(enter(FLOOD, 7)).isInstanceOf(Place.class);
    Refusal refusal = refusal(enter(FLOOD, 2));
    assertThat(refusal.reason()).isEqualTo(Reason.WAIT);
    // It waits 5 s of which 2 s / 1.25 would be right.
    assertThat(refusal.retryAfterSeconds()).isEqualTo(4);
    assertThat(refusal.message()).contains("Retry after 4 s").contains("X-Request-Timeout");
  }

  @Test
  void who_comes_again_when_it_was_told_to_is_let_in() {
    backlog(800);
    Refusal refusal = refusal(enter(FLOOD, 3));
    serve((int) (refusal.retryAfterSeconds() * 1_000L / JOB_MILLIS));
    assertThat(enter(FLOOD, 3)).isInstanceOf(Place.class);
  }

  @Test
  void a_quiet_caller_does_not_wait_behind_the_backlog_of_another() {
    backlog(500);
    assertThat(refusal(enter(FLOOD, 2)).reason()).isEqualTo(Reason.WAIT);
    assertThat(control.glance(QUIET, seconds(0.1), BUSY)).isEmpty();
    assertThat(enter(QUIET, 0.1)).isInstanceOf(Place.class);
  }

  @Test
  void a_caller_that_is_not_known_yet_is_judged_as_somebody_new() {
    backlog(500);
    assertThat(control.glance(null, seconds(0.1), BUSY)).isEmpty();
    assertThat(control.glance(FLOOD, seconds(0.1), BUSY)).isPresent();
  }

  @Test
  void while_nothing_waits_for_a_device_nobody_is_refused_for_its_wait() {
    backlog(500);
    assertThat(control.glance(FLOOD, seconds(0.1), IDLE)).isEmpty();
    assertThat(control.status(IDLE).predictedWaitSeconds()).isZero();
  }

  @Test
  void after_a_quiet_time_a_burst_is_not_judged_by_the_quiet_time() {
    for (int job = 0; job < 200; job++) {
      assertThat(enter(FLOOD, 1)).isInstanceOf(Place.class);
      ticker.advanceMillis(500);
      serve(1);
    }
    for (int job = 0; job < 900; job++) {
      assertThat(enter(FLOOD, 12)).isInstanceOf(Place.class);
    }
  }

  @Test
  void what_expires_is_no_work_done() {
    backlog(600);
    double before = control.status(BUSY).predictedWaitSeconds();
    while (queue.size() > 300) {
      queue.remove().leave();
    }
    assertThat(control.status(BUSY).predictedWaitSeconds()).isBetween(before * 0.45, before * 0.55);
  }

  @Test
  void bytes_hold_exactly_and_come_back_once() {
    Reservation first = control.reservation(FLOOD);
    assertThat(first.grow(600_000)).isEmpty();
    Reservation second = control.reservation(FLOOD);
    assertThat(second.grow(400_001)).get().extracting(Refusal::reason).isEqualTo(Reason.BYTES);
    assertThat(second.grow(400_000)).isEmpty();
    second.shrinkTo(300_000);
    second.shrinkTo(900_000);
    assertThat(control.status(IDLE).bytes()).isEqualTo(900_000);
    first.release();
    first.release();
    second.release();
    assertThat(control.status(IDLE).bytes()).isZero();
    assertThat(control.violations()).isEmpty();
  }

  @Test
  void what_is_worked_on_stays_until_the_work_is_done() {
    Reservation payload = control.reservation(FLOOD);
    assertThat(payload.grow(500)).isEmpty();
    payload.hold();
    payload.release();
    assertThat(control.status(IDLE).bytes()).isEqualTo(500);
    payload.letGo();
    assertThat(control.status(IDLE).bytes()).isZero();
  }

  @Test
  void what_was_let_go_of_takes_nothing_any_more() {
    Reservation payload = control.reservation(FLOOD);
    payload.release();
    assertThat(payload.grow(1)).isPresent();
    assertThat(control.status(IDLE).bytes()).isZero();
  }

  @Test
  void images_of_one_caller_leave_memory_for_those_of_others() {
    control.glance(QUIET, seconds(1), IDLE);
    control.glance(FLOOD, seconds(1), IDLE);
    Reservation flood = control.reservation(FLOOD);
    assertThat(flood.grow(600_000)).isEmpty();
    assertThat(flood.grow(100_000))
        .get()
        .extracting(Refusal::reason)
        .isEqualTo(Reason.BYTES_OF_CALLER);
    assertThat(control.reservation(QUIET).grow(400_000)).isEmpty();
  }

  @Test
  void a_payload_whose_caller_turns_out_later_counts_for_it_from_then_on() {
    control.glance(QUIET, seconds(1), IDLE);
    control.glance(FLOOD, seconds(1), IDLE);
    Reservation held = control.reservation(FLOOD);
    assertThat(held.grow(600_000)).isEmpty();
    Reservation next = control.reservation(null);
    assertThat(next.grow(200_000)).isEmpty();
    assertThat(next.assign(FLOOD))
        .get()
        .extracting(Refusal::reason)
        .isEqualTo(Reason.BYTES_OF_CALLER);
    assertThat(next.assign(QUIET)).isEmpty();
    next.release();
    held.release();
    assertThat(control.violations()).isEmpty();
    assertThat(control.status(IDLE).bytes()).isZero();
  }
}
