package dev.penstock.router.admission;

import static dev.penstock.router.admission.SharedBound.Verdict.FITS;
import static dev.penstock.router.admission.SharedBound.Verdict.FULL;
import static dev.penstock.router.admission.SharedBound.Verdict.OVER_SHARE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.router.dispatch.FakeTicker;
import org.junit.jupiter.api.Test;

final class SharedBoundTest {
  private static final Caller FLOOD = new Caller("flood", 1);
  private static final Caller QUIET = new Caller("quiet", 1);

  private final FakeTicker ticker = new FakeTicker();
  private final ActiveCallers callers = new ActiveCallers(ticker);
  private final SharedBound bound = new SharedBound(90, callers);

  /** Takes one after the other until it is told to stop; returns how many it got. */
  private int fill(Caller caller) {
    int taken = 0;
    callers.asked(caller);
    while (bound.test(caller, 1) == FITS) {
      bound.take(caller, 1);
      taken++;
    }
    return taken;
  }

  @Test
  void who_is_alone_may_have_all_of_it_exactly() {
    assertThat(fill(FLOOD)).isEqualTo(90);
    assertThat(bound.test(FLOOD, 1)).isEqualTo(FULL);
  }

  @Test
  void beside_another_one_a_flood_stops_at_two_thirds() {
    callers.asked(QUIET);
    assertThat(fill(FLOOD)).isEqualTo(60);
    assertThat(bound.test(FLOOD, 1)).isEqualTo(OVER_SHARE);
    assertThat(bound.test(QUIET, 30)).isEqualTo(FITS);
  }

  @Test
  void floods_together_leave_something_free() {
    callers.asked(QUIET);
    callers.asked(new Caller("other", 1));
    int all = fill(FLOOD) + fill(new Caller("other", 1)) + fill(FLOOD);
    assertThat(all).isBetween(60, 85);
    assertThat(bound.test(QUIET, 1)).isEqualTo(FITS);
  }

  @Test
  void weights_move_the_threshold() {
    var heavy = new Caller("heavy", 3);
    callers.asked(QUIET);
    // Three of four parts at a mean of two: 2 x 1.5 x free.
    assertThat(fill(heavy)).isEqualTo(67);
  }

  @Test
  void a_tiny_weight_still_gets_one_in() {
    var tiny = new Caller("tiny", 0.001);
    callers.asked(tiny);
    fill(FLOOD);
    assertThat(bound.test(tiny, 1)).isEqualTo(FITS);
    bound.take(tiny, 1);
    assertThat(bound.test(tiny, 1)).isEqualTo(OVER_SHARE);
  }

  @Test
  void who_has_not_asked_for_a_while_leaves_its_part() {
    callers.asked(QUIET);
    fill(FLOOD);
    ticker.advanceNanos(ActiveCallers.MEMORY_NANOS);
    assertThat(fill(FLOOD)).describedAs("the rest").isEqualTo(30);
  }

  @Test
  void what_is_given_back_can_be_had_again() {
    fill(FLOOD);
    bound.give(FLOOD, 10);
    assertThat(bound.total()).isEqualTo(80);
    assertThat(bound.test(QUIET, 10)).isEqualTo(FITS);
    assertThat(bound.test(QUIET, 11)).isEqualTo(FULL);
    bound.give(FLOOD, 80);
    assertThat(bound.violations("places")).isEmpty();
  }

  @Test
  void callers_that_are_not_known_yet_are_one_among_others() {
    callers.asked(QUIET);
    assertThat(bound.test(null, 90)).describedAs("it may be the only one").isEqualTo(FITS);
    callers.asked(FLOOD);
    bound.take(null, 50);
    assertThat(bound.test(null, 40)).isEqualTo(OVER_SHARE);
    assertThat(bound.test(QUIET, 40)).isEqualTo(FITS);
  }

  @Test
  void keys_that_clients_make_up_are_remembered_up_to_a_bound() {
    for (int key = 0; key < 3 * ActiveCallers.MOST; key++) {
      callers.asked(new Caller("made up " + key, 1 + key % 7));
    }
    assertThat(callers.size()).isEqualTo(ActiveCallers.MOST);
    assertThat(callers.share(new Caller("x", 4))).isBetween(0.99, 1.01);
    ticker.advanceNanos(ActiveCallers.MEMORY_NANOS);
    assertThat(callers.alone(QUIET)).isTrue();
    assertThat(callers.size()).isZero();
  }
}
