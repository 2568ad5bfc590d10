package dev.penstock.router.dispatch.fair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.router.admission.Priority;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What the paper promises of start-time fair queueing, on whatever comes and goes. */
final class FairQueueProperties {
  /** Tags are whole microseconds. */
  private static final double ROUNDING = 1.0001;

  /** What happens next: somebody sends, hangs up, or the device takes a job. */
  record Step(int what, int who) {
    void take(FairWorld world) {
      switch (what) {
        case 0, 1, 2 -> world.send(who, Priority.NORMAL);
        case 3, 4 -> world.serve();
        default -> world.hangUp(who);
      }
    }
  }

  @Provide
  Arbitrary<Step> steps() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 5),
            Arbitraries.integers().between(0, FairWorld.CALLERS - 1))
        .as(Step::new);
  }

  /**
   * Theorem 1: over any time in which two flows both have work, what they got differs, over their
   * weights, by no more than one largest job of each.
   */
  @Property(tries = 300)
  void two_flows_that_have_work_are_served_alike(
      @ForAll @Size(max = 200) List<@From("steps") Step> before,
      @ForAll @IntRange(max = FairWorld.CALLERS - 1) int one,
      @ForAll @IntRange(max = FairWorld.CALLERS - 1) int other,
      @ForAll @Size(min = 50, max = 300) List<@From("steps") Step> during) {
    var world = new FairWorld(1);
    before.forEach(step -> step.take(world));
    double most = 0;
    double least = 0;
    double difference = 0;
    double bound = world.largest(one) + world.largest(other);
    for (Step step : during) {
      world.keepBusy(one);
      world.keepBusy(other);
      double gotOne = world.served(one);
      double gotOther = world.served(other);
      if (step.what() < 5 || (step.who() != one && step.who() != other)) {
        step.take(world);
      }
      difference += (world.served(one) - gotOne) - (world.served(other) - gotOther);
      most = Math.max(most, difference);
      least = Math.min(least, difference);
      bound = Math.max(bound, world.largest(one) + world.largest(other));
    }

    assertThat(one == other ? 0 : most - least).isLessThanOrEqualTo(bound * ROUNDING);
  }

  @Property(tries = 200)
  void nobody_is_overtaken_by_what_came_later_from_the_same_caller(
      @ForAll @Size(max = 300) List<@From("steps") Step> steps) {
    var world = new FairWorld(1);
    steps.forEach(step -> step.take(world));
    world.serveAll();

    assertThat(world.overtaken()).isEmpty();
  }

  /** No credit for the time away: nobody starts before what was claimed already. */
  @Property(tries = 200)
  void nobody_starts_before_the_queues_virtual_time(
      @ForAll @Size(max = 300) List<@From("steps") Step> steps) {
    var world = new FairWorld(1);
    steps.forEach(step -> step.take(world));

    assertThat(world.startedBehind()).isZero();
  }

  /** Who has nothing else waiting is served after at most one job of each of the others. */
  @Property(tries = 200)
  void who_sends_now_and_then_waits_for_one_job_of_each_of_the_others_at_most(
      @ForAll @Size(max = 300) List<@From("steps") Step> steps) {
    var world = new FairWorld(1);
    int quiet = FairWorld.CALLERS;
    steps.stream().filter(step -> step.what() != 5).forEach(step -> step.take(world));
    for (int caller = 0; caller < FairWorld.CALLERS; caller++) {
      world.keepBusy(caller);
    }

    world.send(quiet, Priority.NORMAL);

    assertThat(world.servesUntil(quiet)).isLessThanOrEqualTo(FairWorld.CALLERS + 1);
  }

  @Property(tries = 100)
  void every_job_is_served_once_or_was_given_up_and_nothing_is_kept_of_it(
      @ForAll @Size(max = 300) List<@From("steps") Step> steps) {
    var world = new FairWorld(2);
    steps.forEach(step -> step.take(world));
    world.serveAll();

    assertThat(world.sent()).isEqualTo(world.served() + world.gaveUp());
    assertThat(world.remembered()).isZero();
  }

  /** The routers hear of each other's claims through the workers, at once in this world. */
  @Property(tries = 100)
  void callers_of_different_routers_are_served_alike_also_when_one_is_started_again(
      @ForAll @Size(max = 200) List<@From("steps") Step> before,
      @ForAll @IntRange(min = 20, max = 200) int services) {
    var world = new FairWorld(2);
    before.forEach(step -> step.take(world));
    world.restart(1);
    int one = 0;
    int other = 1; // the callers take turns on the routers
    double gotOne = world.served(one);
    double gotOther = world.served(other);
    for (int service = 0; service < services; service++) {
      world.keepBusy(one);
      world.keepBusy(other);
      world.serve();
    }

    double difference = (world.served(one) - gotOne) - (world.served(other) - gotOther);
    double bound = 2 * (world.largest(one) + world.largest(other));
    assertThat(Math.abs(difference)).isLessThanOrEqualTo(bound * ROUNDING);
  }

  /** Four to one to a quarter within a caller, and together what one flow of another caller has. */
  @Property(tries = 20)
  void priorities_and_models_divide_a_callers_share_and_leave_that_of_others_alone(
      @ForAll @IntRange(min = 1, max = 4) int depth) {
    var world = new FairWorld(1);
    int many = 2; // weighs as much as the other
    int plain = 5;
    for (int service = 0; service < 6_000; service++) {
      for (Priority priority : Priority.values()) {
        world.keepWaiting(many, priority, depth);
      }
      world.keepWaiting(plain, Priority.NORMAL, depth);
      world.serve();
    }

    double high = world.served(many, Priority.HIGH);
    double normal = world.served(many, Priority.NORMAL);
    double low = world.served(many, Priority.LOW);
    assertThat((high + normal + low) / world.served(plain)).isBetween(0.97, 1.03);
    assertThat(high / normal).isBetween(3.9, 4.1);
    assertThat(normal / low).isBetween(3.8, 4.2);
  }
}
