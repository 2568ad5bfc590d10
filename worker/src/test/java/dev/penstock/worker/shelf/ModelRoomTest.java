package dev.penstock.worker.shelf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.worker.batch.FakeModel;
import dev.penstock.worker.shelf.ModelRoom.Occupant;
import dev.penstock.worker.shelf.ModelRoom.Plan;
import dev.penstock.worker.shelf.Occupancy.Look;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A budget of 100 bytes. */
final class ModelRoomTest {
  private static final long NOW = TimeUnit.HOURS.toNanos(-1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long ANY = Long.MAX_VALUE;

  private final ModelRoom room = new ModelRoom(100);

  /** Loaded long ago, used so many seconds ago, by nobody now. */
  private static Occupant idle(String digest, long bytes, long secondsAgo) {
    return new Occupant(
        digest, bytes, NOW - 1_000 * SECOND, SECOND, NOW - secondsAgo * SECOND, true, false, false);
  }

  private static Occupant preloaded(String digest, long bytes, long secondsAgo) {
    return new Occupant(
        digest, bytes, NOW - 1_000 * SECOND, SECOND, NOW - secondsAgo * SECOND, true, false, true);
  }

  /** Loaded so many seconds ago, which took a second, and busy since. */
  private static Occupant busy(String digest, long bytes, long secondsAgo) {
    return new Occupant(digest, bytes, NOW - secondsAgo * SECOND, SECOND, NOW, true, true, false);
  }

  private Plan plan(long demand, Occupant... occupants) {
    return room.plan(measured(demand), ANY, new Look(List.of(occupants), 0), NOW);
  }

  private static Demand measured(long bytes) {
    return new Demand(bytes, 0, true);
  }

  @Test
  void what_fits_beside_the_others_is_loaded() {
    assertThat(plan(100)).isEqualTo(new Plan.Fits());
    assertThat(plan(40, idle("a", 30, 5), idle("b", 30, 5))).isEqualTo(new Plan.Fits());
  }

  @Test
  void the_least_recently_used_go_and_no_more_than_needed() {
    assertThat(plan(40, idle("a", 30, 5), idle("b", 30, 9), idle("c", 30, 7)))
        .isEqualTo(new Plan.Evict(List.of("b")));
    assertThat(plan(60, idle("a", 30, 5), idle("b", 30, 9), idle("c", 30, 7)))
        .isEqualTo(new Plan.Evict(List.of("b", "c")));
    assertThat(plan(100, idle("a", 30, 5), idle("b", 30, 9), idle("c", 30, 7)))
        .isEqualTo(new Plan.Evict(List.of("b", "c", "a")));
  }

  @Test
  void what_is_larger_than_the_budget_is_refused_with_both_numbers() throws Exception {
    var small = new ModelRoom(200_000_000);
    small.check(200_000_000);

    assertThatThrownBy(() -> small.check(301_500_000))
        .hasMessage(
            "it takes 301MB of memory, and this worker has 200MB for models (--max-memory)");
  }

  /** Both may be far too high: such a model gets all there is, and is measured then. */
  @Test
  void a_model_is_given_what_it_took_or_is_thought_to_take_or_all_there_is() {
    var memory = new FakeMemory();
    var model = FakeModel.modelPackage("a");
    memory.estimate = 60;
    assertThat(room.demand(memory, model)).isEqualTo(new Demand(60, 0, false));
    memory.estimate = 600;
    assertThat(room.demand(memory, model)).isEqualTo(new Demand(100, 0, false));
    memory.demands.put("a", 30L);
    assertThat(room.demand(memory, model)).isEqualTo(new Demand(30, 0, true));
    memory.demands.put("a", 600L);
    assertThat(room.demand(memory, model)).isEqualTo(new Demand(100, 0, true));
  }

  @Test
  void a_model_that_was_just_loaded_stays_while_it_has_work() {
    assertThat(plan(80, busy("new", 30, 1))).isInstanceOf(Plan.Wait.class);
    assertThat(plan(80, busy("old", 30, ModelRoom.LOADS_TO_STAY)))
        .isEqualTo(new Plan.Evict(List.of("old")));
  }

  @ParameterizedTest
  @CsvSource({
    "1,     0,  1000", // milliseconds its load took, seconds ago, milliseconds it stays
    "500,   0,  2000",
    "500,   1,  1000",
    "3000,  9,  1000",
    "60000, 0, 10000",
    "3000, 10,     0"
  })
  void it_stays_for_some_times_its_load_within_bounds(long load, long secondsAgo, long stays) {
    long loadNanos = TimeUnit.MILLISECONDS.toNanos(load);
    var occupant =
        new Occupant("a", 1, NOW - secondsAgo * SECOND, loadNanos, NOW, true, true, false);

    assertThat(occupant.staysFor(NOW)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(stays));
  }

  /** Whom it was loaded for may have gone, and others wait whose time runs out. */
  @Test
  void one_that_no_job_has_come_for_stays_for_a_short_time_only() {
    var unused = new Occupant("a", 1, NOW - SECOND, 60 * SECOND, NOW - SECOND, false, false, false);

    assertThat(unused.staysFor(NOW)).isEqualTo(SECOND);
  }

  @Test
  void one_whose_work_is_done_goes_at_once_and_one_that_waits_for_its_first_job_does_not() {
    var done =
        new Occupant(
            "done", 50, NOW - SECOND, SECOND, NOW - ModelRoom.IDLE_NANOS, true, false, false);
    var fresh = new Occupant("fresh", 50, NOW - SECOND, SECOND, NOW - SECOND, false, false, false);

    assertThat(plan(40, done, fresh)).isEqualTo(new Plan.Evict(List.of("done")));
    assertThat(plan(40, fresh, busy("busy", 50, 1))).isInstanceOf(Plan.Wait.class);
  }

  @Test
  void memory_that_is_being_freed_is_waited_for_rather_than_letting_more_go() {
    Plan plan = room.plan(measured(40), ANY, new Look(List.of(idle("a", 50, 5)), 50), NOW);

    assertThat(plan).isInstanceOf(Plan.Wait.class);
  }

  @Test
  void preloaded_models_go_last() {
    assertThat(plan(30, preloaded("coco", 50, 900), idle("b", 40, 2)))
        .isEqualTo(new Plan.Evict(List.of("b")));
    assertThat(plan(60, preloaded("coco", 50, 900), idle("b", 40, 2)))
        .describedAs("it does not fit beside the preloaded one")
        .isEqualTo(new Plan.Evict(List.of("b", "coco")));
    assertThat(plan(60, preloaded("coco", 50, 900))).isEqualTo(new Plan.Evict(List.of("coco")));
  }

  @Test
  void preloaded_models_do_not_go_when_waiting_for_others_is_enough() {
    assertThat(plan(30, preloaded("coco", 50, 900), busy("b", 40, 1)))
        .isInstanceOf(Plan.Wait.class);
  }

  @Test
  void models_go_when_the_process_has_less_than_the_budget_says() {
    assertThat(room.plan(measured(20), 10, new Look(List.of(idle("a", 30, 5)), 0), NOW))
        .isEqualTo(new Plan.Evict(List.of("a")));
    assertThat(room.plan(measured(20), 10, new Look(List.of(idle("a", 5, 5)), 0), NOW))
        .describedAs("something else takes it now")
        .isEqualTo(new Plan.Starve());
  }

  @Test
  void a_guess_asks_for_no_more_than_there_is_when_all_others_have_gone() {
    var guess = new Demand(90, 10, false);
    var others = new Look(List.of(idle("a", 30, 5)), 0);

    assertThat(room.plan(guess, 20, others, NOW)).isEqualTo(new Plan.Evict(List.of("a")));
    assertThat(room.plan(guess, 20, new Look(List.of(), 0), NOW)).isEqualTo(new Plan.Fits());
    assertThat(room.plan(guess, 9, new Look(List.of(), 0), NOW))
        .describedAs("its files alone take more")
        .isEqualTo(new Plan.Starve());
  }

  @Test
  void when_all_together_prove_too_many_the_least_recently_used_go_and_not_the_one_just_loaded() {
    List<Occupant> all = List.of(idle("a", 50, 5), idle("b", 50, 9), idle("fresh", 30, 99));

    assertThat(room.beyond(all, "fresh", NOW)).containsExactly("b");
    assertThat(room.beyond(all.subList(0, 2), "a", NOW)).isEmpty();
  }

  /** Whatever there is: nothing is let go in vain, and nobody waits when nothing can come of it. */
  @Test
  void every_plan_leads_to_a_fit_in_the_end() {
    for (long seed = 0; seed < 2_000; seed++) {
      var random = new Random(seed);
      var occupants = new ArrayList<Occupant>();
      for (int number = 0; number < random.nextInt(6); number++) {
        occupants.add(
            new Occupant(
                "m" + number,
                1L + random.nextInt(60),
                NOW - random.nextInt(10) * SECOND,
                SECOND,
                NOW - random.nextInt(10) * SECOND,
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextInt(4) == 0));
      }
      long demand = 1L + random.nextInt(100);
      long now = NOW;
      Plan plan = room.plan(measured(demand), ANY, new Look(occupants, 0), now);
      int steps = 0;
      while (!(plan instanceof Plan.Fits)) {
        assertThat(++steps).describedAs("seed %d", seed).isLessThan(100);
        if (plan instanceof Plan.Evict evict) {
          assertThat(evict.digests()).describedAs("seed %d", seed).isNotEmpty();
          occupants.removeIf(each -> evict.digests().contains(each.digest()));
        } else if (plan instanceof Plan.Wait wait) {
          assertThat(wait.nanos()).describedAs("seed %d", seed).isPositive();
          now += wait.nanos();
        }
        plan = room.plan(measured(demand), ANY, new Look(occupants, 0), now);
      }
    }
  }
}
