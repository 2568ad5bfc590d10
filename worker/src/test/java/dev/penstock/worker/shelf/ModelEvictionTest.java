package dev.penstock.worker.shelf;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.job.JobId;
import dev.penstock.worker.batch.ClaimedJob;
import dev.penstock.worker.batch.FakeModel;
import dev.penstock.worker.batch.ResidentModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What goes for a model that is loaded, and when. */
final class ModelEvictionTest extends FullShelf {
  @Test
  void the_least_recently_used_goes_for_one_that_does_not_fit() {
    load("a");
    load("b");
    use("a");
    use("b");
    use("a");

    load("c");

    assertThat(resident()).containsExactly("a", "c");
    assertThat(requireNonNull(models.get("b")).closed()).isEqualTo(1);
  }

  @Test
  void what_went_is_loaded_again_when_it_is_wanted() {
    for (String id : List.of("a", "b", "c", "a", "b", "c")) {
      load(id);
      use(id);
    }

    assertThat(device.loads).hasValue(6);
    assertThat(resident()).containsExactly("b", "c");
  }

  @Test
  void the_memory_of_a_model_counts_until_its_last_job_has_ended() {
    load("a");
    load("b");
    use("b");
    ResidentModel user = requireNonNull(shelf.acquire(ref("a").digest()));
    use("b");
    ticker.advanceMillis(100_000);
    ResidentModel other = requireNonNull(shelf.acquire(ref("b").digest()));
    CompletableFuture<ResidentModel> next = shelf.request(ref("c"));
    until(() -> shelf.residents().size() == 1);

    assertThat(next).isNotDone();
    assertThat(inMemory).hasValue(2 * SIZE);

    (shelf.acquire(ref("a").digest()) == null ? user : other).release();
    next.join();
    user.release();
    other.release();
  }

  @Test
  void a_model_that_was_just_loaded_is_not_thrown_out_at_once() {
    load("a");
    load("b");
    CompletableFuture<ResidentModel> next = shelf.request(ref("c"));
    ticker.advanceMillis(TimeUnit.NANOSECONDS.toMillis(ModelRoom.LEAST_STAY_NANOS) - 1);
    shelf.request(ref("a")).join();
    assertThat(next).isNotDone();

    ticker.advanceMillis(1);

    next.join();
    assertThat(resident()).hasSize(2).contains("c");
  }

  @Test
  void preloaded_models_stay_as_long_as_others_can_go() {
    shelf.preload(ref("coco")).join();
    for (String id : List.of("a", "b", "c")) {
      load(id);
      use(id);
    }

    assertThat(resident()).containsExactly("c", "coco");
  }

  @Test
  void one_goes_when_the_device_proves_to_have_less_memory_than_was_thought() {
    load("a");
    use("a");
    device.shortages.set(1);

    load("b");

    assertThat(resident()).containsExactly("b");
    assertThat(device.loads).describedAs("b twice").hasValue(3);
  }

  @Test
  void whoever_waits_for_room_is_told_when_the_worker_leaves() {
    ResidentModel user = load("a");
    assertThat(user.acquire()).isTrue();
    load("b");
    CompletableFuture<ResidentModel> next = shelf.request(ref("c"));

    shelf.close();

    assertThatThrownBy(next::join).hasMessageContaining("leaving");
    user.release();
  }

  @Test
  void nothing_goes_for_a_model_that_was_dropped_while_it_waited_for_room() {
    load("a");
    load("b");
    CompletableFuture<ResidentModel> next = shelf.request(ref("c"));

    shelf.drop(ref("c").digest());

    assertThatThrownBy(next::join).hasMessageContaining("unloaded before it was loaded");
    ticker.advanceMillis(10_000);
    assertThat(resident()).containsExactly("a", "b");
    assertThat(load("c").id()).describedAs("asked for anew").isEqualTo("c");
  }

  @Test
  void a_preloaded_model_goes_last_also_when_it_was_loaded_again() {
    shelf.preload(ref("coco")).join();
    shelf.drop(ref("coco").digest());
    load("coco");
    use("coco");
    for (String id : List.of("a", "b")) {
      load(id);
      use(id);
    }

    assertThat(resident()).containsExactly("b", "coco");
  }

  @Test
  void a_model_was_used_until_its_last_job_ended() {
    load("a");
    load("b");
    ResidentModel slow = requireNonNull(shelf.acquire(ref("a").digest()));
    use("b");
    new ClaimedJob(FakeModel.lease(new JobId("r", 1), 1, "ok"), slow, 0).release();
    ticker.advanceMillis(TimeUnit.NANOSECONDS.toMillis(ModelRoom.IDLE_NANOS));

    load("c");

    assertThat(resident()).containsExactly("a", "c");
  }

  /** Jobs of many models come and go; no model is freed under a job, none is there twice. */
  @Test
  void whatever_comes_memory_is_never_exceeded_and_every_model_is_freed_once() throws Exception {
    var random = new Random(7);
    var held = new ArrayList<ResidentModel>();
    var wanted = new ArrayList<CompletableFuture<ResidentModel>>();
    for (int step = 0; step < 3_000; step++) {
      String id = "m" + random.nextInt(8);
      ResidentModel model = shelf.acquire(ref(id).digest());
      if (model == null) {
        wanted.add(shelf.request(ref(id)));
      } else {
        held.add(model);
      }
      if (held.size() > 3) {
        held.remove(random.nextInt(held.size())).release();
      }
      ticker.advanceMillis(random.nextInt(300));
      Thread.onSpinWait();
    }
    held.forEach(ResidentModel::release);
    ticker.advanceMillis(100_000);
    for (CompletableFuture<ResidentModel> each : wanted) {
      ticker.advanceMillis(100_000);
      each.get(20, TimeUnit.SECONDS);
    }

    shelf.close();

    assertThat(inMemory).describedAs("freed as often as loaded").hasValue(0);
  }
}
