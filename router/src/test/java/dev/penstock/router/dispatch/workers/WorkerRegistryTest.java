package dev.penstock.router.dispatch.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.FromRouter;
import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.Load;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Resident;
import dev.penstock.cluster.ControlMessage.Ring;
import dev.penstock.cluster.ControlMessage.State;
import dev.penstock.cluster.ControlMessage.Unload;
import dev.penstock.cluster.ControlMessage.Want;
import dev.penstock.cluster.ControlMessage.Welcome;
import dev.penstock.cluster.ControlMessage.WorkerState;
import dev.penstock.router.dispatch.FakeTicker;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which worker is rung, and which is asked to load. */
final class WorkerRegistryTest {
  private static final ModelRef COCO = new ModelRef("coco/1", "digest-1");
  private static final ModelRef PARTS = new ModelRef("parts/7", "digest-2");

  private static final long TICK_NANOS = 100_000_000;

  private static final Welcome WELCOME = new Welcome("router", List.of(), List.of());

  private final FakeTicker ticker = new FakeTicker();
  private final WorkerRegistry registry = new WorkerRegistry(ticker);
  private final Set<ModelRef> waiting = new HashSet<>();

  private FakeChannel join(String instance, WorkerState state, ModelRef... models) {
    var channel = new FakeChannel();
    registry.joined(new Hello("id-of-" + instance, instance, "cpu"), channel, () -> WELCOME);
    has(instance, state, models);
    return channel;
  }

  private FakeChannel join(String instance, ModelRef... models) {
    return join(instance, WorkerState.READY, models);
  }

  private List<String> names() {
    return registry.status().stream().map(worker -> ((JsonObject) worker).getString("id")).toList();
  }

  @Test
  void two_workers_of_one_id_are_told_apart_and_one_that_was_started_again_is_not() {
    var first = new FakeChannel();
    var second = new FakeChannel();
    registry.joined(new Hello("gpu-1", "aaaa-1", "cuda:0"), first, () -> WELCOME);
    join("other");
    assertThat(names()).containsExactly("gpu-1", "id-of-other");

    registry.joined(new Hello("gpu-1", "bbbb-2", "cuda:0"), second, () -> WELCOME);
    assertThat(names()).containsExactly("gpu-1#aaaa", "gpu-1#bbbb", "id-of-other");
    assertThat(registry.name("bbbb-2", "gpu-1")).isEqualTo("gpu-1#bbbb");
    assertThat(registry.name("unknown", "gpu-1")).isEqualTo("gpu-1");

    registry.left("aaaa-1", first);
    assertThat(names()).containsExactly("gpu-1", "id-of-other");
    assertThat(registry.name("bbbb-2", "gpu-1")).isEqualTo("gpu-1");
  }

  @Test
  void a_worker_that_died_without_a_word_leaves_its_name_to_the_next() {
    registry.joined(new Hello("gpu-1", "aaaa-1", "cuda:0"), new FakeChannel(), () -> WELCOME);
    for (int i = 0; i < 20; i++) {
      ticker.advanceNanos(TICK_NANOS);
      registry.look();
    }
    registry.joined(new Hello("gpu-1", "bbbb-2", "cuda:0"), new FakeChannel(), () -> WELCOME);

    assertThat(registry.name("bbbb-2", "gpu-1")).isEqualTo("gpu-1");
  }

  @Test
  void what_others_have_is_what_workers_beside_one_have_that_serve() {
    join("a", COCO);
    join("b", PARTS);
    join("c", WorkerState.DRAINING, COCO);

    Set<String> both = Set.of(COCO.digest(), PARTS.digest());
    assertThat(registry.residentBeside(both, Set.of("a"))).containsExactly(PARTS.digest());
    assertThat(registry.residentBeside(both, Set.of("b"))).containsExactly(COCO.digest());
    assertThat(registry.residentDigests()).hasSize(2);
  }

  @Test
  void a_failing_worker_gets_no_rings_and_the_status_has_its_reason() {
    FakeChannel channel = join("a", COCO);
    registry.state("a", new State(WorkerState.FAILING, List.of(), List.of(), "its device fails"));
    wants("a", Want.IDLE);

    registry.queued(COCO);

    assertThat(rings(channel)).isZero();
    assertThat(registry.anyServes()).isFalse();
    JsonObject status = registry.status().getJsonObject(0);
    assertThat(status.getString("state")).isEqualTo("failing");
    assertThat(status.getString("reason")).isEqualTo("its device fails");
    assertThat(registry.instances()).describedAs("it is there all the same").containsExactly("a");
  }

  @Test
  void a_worker_that_recovered_has_no_reason_any_more() {
    join("a", COCO);
    registry.state("a", new State(WorkerState.FAILING, List.of(), List.of(), "its device fails"));

    has("a", WorkerState.READY, COCO);

    assertThat(registry.status().getJsonObject(0).containsKey("reason")).isFalse();
    assertThat(registry.anyServes()).isTrue();
  }

  /** Else a worker could hear an older catalog after a newer one. */
  @Test
  void a_worker_is_greeted_before_anything_else_can_be_said_to_it() {
    var channel = new FakeChannel();
    registry.joined(
        new Hello("id", "a", "cpu"),
        channel,
        () -> {
          assertThat(Thread.holdsLock(registry)).isTrue();
          return WELCOME;
        });
    registry.broadcast(new Unload(COCO));

    assertThat(channel.told(FromRouter.class)).containsExactly(WELCOME, new Unload(COCO));
  }

  /** While the router is awake. */
  private void pass(long nanos) {
    for (long left = nanos; left > 0; left -= TICK_NANOS) {
      ticker.advanceNanos(Math.min(left, TICK_NANOS));
      assertThat(registry.look()).isZero();
    }
  }

  private void has(String instance, WorkerState state, ModelRef... models) {
    List<Resident> residents =
        Stream.of(models).map(model -> new Resident(model.model(), model.digest(), 7)).toList();
    registry.state(instance, new State(state, residents));
  }

  private void wants(String instance, Want want) {
    registry.wants(instance, want, waiting::contains);
  }

  private static int rings(FakeChannel channel) {
    return channel.told(Ring.class).size();
  }

  @Test
  void a_queued_job_rings_one_idle_worker_that_has_the_model() {
    FakeChannel without = join("a", PARTS);
    FakeChannel one = join("b", COCO);
    FakeChannel other = join("c", COCO);
    List.of("a", "b", "c").forEach(instance -> wants(instance, Want.IDLE));

    registry.queued(COCO);

    assertThat(rings(without)).isZero();
    assertThat(rings(one) + rings(other)).isEqualTo(1);
  }

  @Test
  void at_most_one_ring_is_outstanding_per_worker() {
    FakeChannel channel = join("a", COCO);
    wants("a", Want.IDLE);

    for (int job = 0; job < 5; job++) {
      registry.queued(COCO);
    }
    assertThat(rings(channel)).isEqualTo(1);

    wants("a", Want.ROOM);
    assertThat(rings(channel)).describedAs("nothing came since").isEqualTo(1);
  }

  @Test
  void an_idle_worker_is_preferred_to_one_with_room_and_the_one_rung_longest_ago_to_the_others() {
    FakeChannel room = join("a", COCO);
    FakeChannel first = join("b", COCO);
    FakeChannel second = join("c", COCO);
    wants("a", Want.ROOM);
    wants("b", Want.IDLE);
    wants("c", Want.IDLE);

    registry.queued(COCO);
    wants("b", Want.IDLE);
    registry.queued(COCO);
    registry.queued(COCO);

    assertThat(rings(first)).isGreaterThanOrEqualTo(1);
    assertThat(rings(second)).isEqualTo(1);
    assertThat(rings(first) + rings(second) + rings(room)).isEqualTo(3);
  }

  @Test
  void a_worker_with_room_is_rung_when_nobody_is_idle_and_one_without_never() {
    FakeChannel full = join("a", COCO);
    FakeChannel room = join("b", COCO);
    wants("a", Want.NOTHING);
    wants("b", Want.ROOM);

    registry.queued(COCO);
    registry.queued(COCO);

    assertThat(rings(room)).isEqualTo(1);
    assertThat(rings(full)).isZero();
  }

  @Test
  void a_ringed_worker_that_is_busy_says_so_and_the_next_is_rung() {
    FakeChannel first = join("a", COCO);
    FakeChannel second = join("b", COCO);
    wants("a", Want.IDLE);
    registry.queued(COCO);
    assertThat(rings(first)).isEqualTo(1);
    wants("b", Want.IDLE);
    waiting.add(COCO);

    wants("a", Want.NOTHING);

    assertThat(rings(second)).isEqualTo(1);
  }

  @Test
  void a_refused_ring_for_what_was_taken_meanwhile_rings_nobody() {
    join("a", COCO);
    FakeChannel second = join("b", COCO);
    wants("a", Want.IDLE);
    registry.queued(COCO);
    wants("b", Want.IDLE);

    wants("a", Want.NOTHING);

    assertThat(rings(second)).isZero();
  }

  @Test
  void no_job_queued_between_a_look_and_its_announcement_is_overlooked() {
    FakeChannel channel = join("a", COCO);
    waiting.add(COCO);
    registry.queued(COCO);
    assertThat(rings(channel)).describedAs("it has not said that it wants any").isZero();

    wants("a", Want.IDLE);

    assertThat(channel.told(Ring.class)).containsExactly(new Ring(COCO));
  }

  @Test
  void a_ring_that_is_not_answered_is_taken_as_lost_after_a_quarter_of_a_second() {
    FakeChannel channel = join("a", COCO);
    wants("a", Want.IDLE);
    registry.queued(COCO);
    ticker.advanceMillis(250);
    registry.ring(COCO);
    assertThat(rings(channel)).isEqualTo(1);

    ticker.advanceMillis(1);
    registry.ring(COCO);

    assertThat(rings(channel)).isEqualTo(2);
  }

  @Test
  void a_worker_that_sleeps_is_neither_rung_nor_counted_on_and_is_both_when_it_goes_on() {
    FakeChannel channel = join("a", COCO);
    wants("a", Want.IDLE);
    pass(WorkerSession.SILENCE_NANOS + 1);

    registry.queued(COCO);
    assertThat(rings(channel)).isZero();
    assertThat(registry.anyServes()).isFalse();
    assertThat(registry.isResident(COCO.digest())).isFalse();
    assertThat(registry.residentDigests()).isEmpty();

    registry.heard("a", channel);
    registry.ring(COCO);
    assertThat(rings(channel)).isEqualTo(1);
    assertThat(registry.anyServes()).isTrue();
    assertThat(registry.residentDigests()).containsExactly(COCO.digest());
  }

  @Test
  void no_worker_looks_silent_because_the_router_slept() {
    join("a", COCO);
    ticker.advanceMillis(60_000);
    assertThat(registry.anyServes()).describedAs("a request that came before the look").isTrue();
    assertThat(registry.look()).isEqualTo(60_000_000_000L);

    assertThat(registry.anyServes()).isTrue();
  }

  @Test
  void a_worker_heard_before_the_router_looked_is_not_excused_for_longer_than_that() {
    FakeChannel channel = join("a", COCO);
    ticker.advanceMillis(60_000);
    registry.heard("a", channel);
    assertThat(registry.look()).isEqualTo(60_000_000_000L);
    pass(WorkerSession.SILENCE_NANOS + 1);

    assertThat(registry.anyServes()).isFalse();
  }

  @Test
  void the_channel_of_a_worker_that_stays_silent_is_closed() {
    FakeChannel channel = join("a", COCO);
    pass(WorkerSession.LOST_NANOS);
    registry.closeLost();
    assertThat(channel.isClosed()).isFalse();
    pass(1);
    registry.closeLost();
    assertThat(channel.isClosed()).isTrue();
  }

  @Test
  void a_worker_that_has_opened_another_channel_is_not_gone_when_the_old_one_closes() {
    FakeChannel old = join("a", COCO);
    FakeChannel fresh = join("a", COCO);

    assertThat(old.isClosed()).describedAs("its other end may be gone without a word").isTrue();
    assertThat(fresh.isClosed()).isFalse();
    assertThat(registry.heard("a", old)).isFalse();
    assertThat(registry.heard("a", fresh)).isTrue();
    assertThat(registry.left("a", old)).isFalse();
    assertThat(registry.anyServes()).isTrue();
    assertThat(registry.left("a", fresh)).isTrue();
    assertThat(registry.anyServes()).isFalse();
    assertThat(registry.left("a", fresh)).isFalse();
  }

  @Test
  void a_worker_that_opens_another_channel_is_counted_on_before_it_has_said_anything_over_it() {
    join("a", COCO);
    registry.joined(new Hello("id-of-a", "a", "cpu"), new FakeChannel(), () -> WELCOME);

    assertThat(registry.anyServes()).isTrue();
    assertThat(registry.isResident(COCO.digest())).isTrue();
  }

  @Test
  void a_worker_that_drains_and_opens_another_channel_still_drains() {
    join("a", WorkerState.DRAINING, COCO);
    registry.joined(new Hello("id-of-a", "a", "cpu"), new FakeChannel(), () -> WELCOME);

    assertThat(registry.anyServes()).isFalse();
    assertThat(registry.drains("a")).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = WorkerState.class,
      names = {"LOADING", "DRAINING"})
  void a_worker_that_is_not_ready_is_not_rung(WorkerState state) {
    FakeChannel channel = join("a", state, COCO);
    wants("a", Want.IDLE);

    registry.queued(COCO);

    assertThat(rings(channel)).isZero();
    assertThat(registry.ensureServed(COCO)).isInstanceOf(Prospect.NoWorker.class);
  }

  @Test
  void a_model_nobody_has_is_loaded_by_the_worker_with_the_fewest_and_asked_for_once() {
    FakeChannel full = join("a", COCO);
    FakeChannel empty = join("b");

    assertThat(registry.ensureServed(PARTS)).isInstanceOf(Prospect.Loading.class);
    assertThat(registry.ensureServed(PARTS)).isInstanceOf(Prospect.Loading.class);

    assertThat(empty.told(Load.class)).containsExactly(new Load(PARTS));
    assertThat(full.told(Load.class)).isEmpty();
    has("b", WorkerState.READY, PARTS);
    assertThat(registry.ensureServed(PARTS)).isEqualTo(new Prospect.Resident(7));
  }

  @Test
  void another_worker_is_asked_when_one_cannot_load_and_the_reason_is_told_when_none_can() {
    FakeChannel first = join("a");
    FakeChannel second = join("b");
    registry.ensureServed(COCO);
    registry.failedToLoad("a", COCO, "no such operator");
    assertThat(registry.ensureServed(COCO)).isInstanceOf(Prospect.Loading.class);
    registry.failedToLoad("b", COCO, "out of memory");

    assertThat(registry.ensureServed(COCO)).isEqualTo(new Prospect.Unloadable("no such operator"));
    assertThat(first.told(Load.class)).hasSize(1);
    assertThat(second.told(Load.class)).hasSize(1);

    pass(9_000_000_000L);
    registry.heard("a", first);
    pass(1_001_000_000L);
    assertThat(registry.ensureServed(COCO))
        .describedAs("after a while it is tried again")
        .isInstanceOf(Prospect.Loading.class);
  }

  @Test
  void a_worker_that_loads_and_dies_is_replaced_by_another() {
    FakeChannel dying = join("a");
    registry.ensureServed(COCO);
    FakeChannel other = join("b");
    registry.left("a", dying);

    registry.ensureServed(COCO);

    assertThat(other.told(Load.class)).containsExactly(new Load(COCO));
  }

  @Test
  void only_workers_that_live_are_told_what_all_are_told() {
    FakeChannel sleeping = join("a", COCO);
    pass(WorkerSession.SILENCE_NANOS + 1);
    FakeChannel living = join("b", COCO);

    registry.broadcast(new Unload(COCO));
    registry.send("a", new Unload(PARTS));
    registry.send("nobody", new Unload(PARTS));

    assertThat(living.told(Unload.class)).containsExactly(new Unload(COCO));
    assertThat(sleeping.told(Unload.class)).containsExactly(new Unload(PARTS));
  }

  @Test
  void shows_its_workers() {
    join("a", PARTS, COCO);

    var shown = registry.status().getJsonObject(0);

    assertThat(shown.getString("id")).isEqualTo("id-of-a");
    assertThat(shown.getString("state")).isEqualTo("ready");
    assertThat(shown.getBoolean("reachable")).isTrue();
    assertThat(shown.getJsonArray("models")).isEqualTo(JsonArray.of("coco/1", "parts/7"));
  }

  /** A worker answers each ring, sooner or later; whatever the order, no two are ever open. */
  @Test
  void never_two_rings_are_open_whatever_happens() {
    for (long seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      var names = List.of("x" + seed, "y" + seed);
      List<FakeChannel> channels = names.stream().map(name -> join(name, COCO)).toList();
      int[] answered = new int[names.size()];
      for (int step = 0; step < 60; step++) {
        int who = random.nextInt(names.size());
        if (random.nextBoolean()) {
          registry.queued(COCO);
        } else {
          answered[who] = rings(channels.get(who));
          wants(names.get(who), List.of(Want.values()).get(random.nextInt(3)));
        }
        for (int each = 0; each < names.size(); each++) {
          assertThat(rings(channels.get(each)) - answered[each]).isBetween(0, 1);
        }
      }
      for (int each = 0; each < names.size(); each++) {
        registry.left(names.get(each), channels.get(each));
      }
    }
  }
}
