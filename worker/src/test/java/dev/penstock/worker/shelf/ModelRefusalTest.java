package dev.penstock.worker.shelf;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.worker.batch.FakeModel;
import dev.penstock.worker.batch.ResidentModel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What becomes of models that do not fit, or of which nobody knows. */
final class ModelRefusalTest extends FullShelf {
  /** What was remembered may have been disturbed: it is seen first, and once. */
  @Test
  void a_model_larger_than_the_budget_is_refused_and_no_others_go_for_another_try() {
    ModelRef huge = ref("huge");
    device.memory.demands.put("huge", BUDGET + 1);
    size = BUDGET + 1;
    assertThatThrownBy(() -> shelf.request(huge).join()).hasMessageContaining("--max-memory");
    mostInMemory.set(0);
    size = SIZE;
    load("a");

    assertThatThrownBy(() -> shelf.request(huge).join()).hasMessageContaining("--max-memory");

    assertThat(failed).hasSize(2);
    assertThat(device.loads).describedAs("huge and a").hasValue(2);
    assertThat(resident()).containsExactly("a");
  }

  @Test
  void a_model_that_was_remembered_too_large_is_loaded_and_measured_again() {
    ModelRef model = ref("a");
    device.memory.demands.put("a", BUDGET + 1);

    assertThat(shelf.request(model).join().memory()).isEqualTo(SIZE);
  }

  @Test
  void what_did_not_fit_at_all_is_tried_again_after_a_while() {
    device.shortages.set(1);
    assertThatThrownBy(() -> load("a")).hasMessageContaining("the GPU is full");
    assertThatThrownBy(() -> load("a")).hasMessageContaining("the GPU is full");
    assertThat(device.loads).hasValue(1);

    ticker.advanceMillis(TimeUnit.NANOSECONDS.toMillis(ModelMoves.MISFIT_NANOS));

    assertThat(load("a").id()).isEqualTo("a");
  }

  @Test
  void a_model_that_proves_larger_than_the_budget_is_freed_again_and_refused() {
    var huge = new ModelRef("huge", FakeModel.modelPackage("huge").digest());
    size = BUDGET + 1;
    try {
      assertThatThrownBy(() -> shelf.request(huge).join()).hasMessageContaining("--max-memory");
    } finally {
      mostInMemory.set(0);
    }
    assertThat(inMemory).hasValue(0);
    assertThat(requireNonNull(models.get("huge")).closed()).isEqualTo(1);
  }

  @Test
  void nothing_goes_for_a_model_that_is_preloaded() {
    shelf.preload(ref("a")).join();
    shelf.preload(ref("b")).join();

    assertThatThrownBy(() -> shelf.preload(ref("c")).join())
        .hasMessageContaining("does not fit into memory beside the others that are there");
    assertThat(failed).describedAs("it is loaded when it is asked for").isEmpty();
    assertThat(resident()).containsExactly("a", "b");
  }

  @Test
  void a_device_that_has_no_memory_for_one_model_says_so() {
    device.shortages.set(9);

    assertThatThrownBy(() -> load("a")).hasMessageContaining("the GPU is full");
  }

  @Test
  void memory_that_is_short_for_another_reason_is_waited_for_a_short_while_and_named() {
    device.memory.headroom = SIZE - 1;
    CompletableFuture<ResidentModel> first = shelf.request(ref("a"));
    device.memory.demands.put("small", SIZE - 1);
    CompletableFuture<ResidentModel> behind =
        shelf.request(new ModelRef("small", FakeModel.modelPackage("small").digest()));

    until(
        () -> {
          ticker.advanceMillis(1);
          return first.isDone();
        });

    assertThatThrownBy(first::join).hasMessageContaining("because something else takes it");
    assertThat(failed).hasSize(1);
    assertThat(behind.join().id()).isEqualTo("small");
  }

  @Test
  void a_guess_does_not_wait_for_more_memory_than_there_is() {
    device.memory.headroom = SIZE + 1;
    device.memory.estimate = BUDGET;

    var model = new ModelRef("a", FakeModel.modelPackage("a").digest());

    assertThat(shelf.request(model).join().memory()).isEqualTo(SIZE);
  }

  @Test
  void what_was_freed_is_given_back_to_the_system_before_another_model_goes_for_it() {
    load("a");
    use("a");
    device.memory.headroom = SIZE - 1;
    device.memory.freed = 1;

    load("b");

    assertThat(resident()).containsExactly("a", "b");
  }

  @Test
  void nothing_goes_for_a_model_that_another_worker_is_to_have_and_nobody_is_told() {
    load("a");
    load("b");
    use("a");
    use("b");

    assertThatThrownBy(() -> shelf.requestIfItFits(ref("c")).join())
        .hasMessageContaining("does not fit");
    assertThatThrownBy(() -> shelf.requestIfItFits(ref("c")).join())
        .hasMessageContaining("does not fit");
    assertThat(resident()).containsExactly("a", "b");
    assertThat(failed).isEmpty();

    assertThat(load("c").id()).describedAs("somebody needs it").isEqualTo("c");
    shelf.drop(ref("c").digest());
    ticker.advanceMillis(TimeUnit.NANOSECONDS.toMillis(ModelLoader.SPARE_PAUSE_NANOS));
    assertThat(shelf.requestIfItFits(ref("c")).join().id()).isEqualTo("c");
  }

  @Test
  void others_go_for_a_model_that_is_needed_before_it_was_seen_whether_it_fits() {
    load("a");
    load("b");
    use("a");
    use("b");
    var goOn = new CountDownLatch(1);
    device.beforeLoad = () -> awaitQuietly(goOn);
    CompletableFuture<ResidentModel> before = shelf.request(ref("d"));
    CompletableFuture<ResidentModel> spare = shelf.requestIfItFits(ref("c"));
    assertThat(shelf.request(ref("c"))).isSameAs(spare);
    goOn.countDown();

    before.join();
    ticker.advanceMillis(10_000);
    assertThat(spare.join().id()).isEqualTo("c");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void a_model_that_does_not_fit_at_all_throws_the_others_out_once() {
    load("a");
    load("b");
    use("a");
    use("b");
    device.shortages.set(2); // beside b, and alone
    assertThatThrownBy(() -> load("c")).hasMessageContaining("the GPU is full");
    assertThat(resident()).isEmpty();
    load("a");

    assertThatThrownBy(() -> load("c")).hasMessageContaining("the GPU is full");

    assertThat(resident()).containsExactly("a");
  }

  @Test
  void what_goes_when_the_device_has_less_than_was_thought_has_no_work_and_is_waited_for() {
    load("a");
    load("b");
    shelf.drop(ref("b").digest());
    load("b");
    ResidentModel busy = requireNonNull(shelf.acquire(ref("b").digest()));
    use("a");
    ResidentModel user = requireNonNull(shelf.acquire(ref("a").digest()));
    ticker.advanceMillis(100_000);
    use("b");
    size = 10;
    device.memory.demands.put("c", 10L);
    var beside = new CopyOnWriteArrayList<Long>();
    device.beforeLoad = () -> beside.add(inMemory.get());
    device.shortages.set(1);
    CompletableFuture<ResidentModel> next =
        shelf.request(new ModelRef("c", FakeModel.modelPackage("c").digest()));
    until(() -> shelf.residents().size() == 1);
    CompletableFuture<ResidentModel> nudge = shelf.request(ref("d"));
    shelf.drop(ref("d").digest());

    user.release();
    busy.release();

    next.join();
    assertThat(beside).startsWith(2 * SIZE, SIZE);
    assertThat(nudge).isNotNull();
  }

  @Test
  void models_that_prove_larger_than_was_thought_do_not_stay_together() {
    ModelRef one = new ModelRef("one", FakeModel.modelPackage("one").digest());
    ModelRef two = new ModelRef("two", FakeModel.modelPackage("two").digest());
    size = 60;
    shelf.request(one).join();
    shelf.request(two).join();
    mostInMemory.set(0);

    assertThat(resident()).containsExactly("two");
    assertThatThrownBy(() -> shelf.preload(one).join()).hasMessageContaining("does not fit");
    mostInMemory.set(0);
    assertThat(resident()).containsExactly("two");
  }

  @Test
  void an_estimate_leaves_no_model_out_that_is_to_be_preloaded() {
    device.memory.estimate = BUDGET;
    for (String id : List.of("a", "b")) {
      shelf.preload(new ModelRef(id, FakeModel.modelPackage(id).digest())).join();
    }

    assertThat(resident()).containsExactly("a", "b");
  }

  @Test
  void a_model_that_cannot_be_freed_keeps_nobody_waiting() {
    load("a");
    closeBreaks = true;
    load("b");
    use("a");
    use("b");

    load("c");

    assertThat(resident()).containsExactly("b", "c");
    closeBreaks = false;
  }
}
