package dev.penstock.worker.shelf;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.job.JobId;
import dev.penstock.model.ModelPackage;
import dev.penstock.worker.batch.ClaimedJob;
import dev.penstock.worker.batch.FakeModel;
import dev.penstock.worker.batch.FakeTicker;
import dev.penstock.worker.batch.ResidentModel;
import dev.penstock.worker.engine.LoadedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More models than fit: each takes 40 bytes of 100. */
@Timeout(30)
final class ModelEvictionTest {
  private static final long BUDGET = 100;
  private static final long SIZE = 40;

  private volatile long size = SIZE;
  private volatile boolean closeBreaks;
  private final FakeTicker ticker = new FakeTicker();
  private final Map<String, FakeModel> models = new ConcurrentHashMap<>();
  private final FakeDevice device = new FakeDevice(this::load);
  private final AtomicLong inMemory = new AtomicLong();
  private final AtomicLong mostInMemory = new AtomicLong();
  private final List<String> failed = new CopyOnWriteArrayList<>();
  private final ModelShelf shelf =
      new ModelShelf(
          device, BUDGET, ref -> FakeModel.modelPackage(ref.model()), new Told(), ticker);

  private LoadedModel load(ModelPackage modelPackage) {
    var model =
        new FakeModel(4) {
          @Override
          public void close() {
            super.close();
            inMemory.addAndGet(-memory);
            if (closeBreaks) {
              throw new IllegalStateException("for the test");
            }
          }
        };
    model.memory = size;
    mostInMemory.accumulateAndGet(inMemory.addAndGet(size), Math::max);
    models.put(modelPackage.id(), model);
    return model;
  }

  private final class Told implements ModelShelf.Listener {
    @Override
    public void loaded(ResidentModel resident) {}

    @Override
    public void failed(ModelRef ref, String reason) {
      failed.add(ref.model() + ": " + reason);
    }

    @Override
    public void changed() {}
  }

  @AfterEach
  void close() {
    shelf.close();
    assertThat(mostInMemory).hasValueLessThanOrEqualTo(BUDGET);
  }

  private ModelRef ref(String id) {
    device.memory.demands.put(id, SIZE);
    return new ModelRef(id, FakeModel.modelPackage(id).digest());
  }

  private ResidentModel load(String id) {
    return shelf.request(ref(id)).join();
  }

  /** A job of that model comes and ends. */
  private void use(String id) {
    requireNonNull(shelf.acquire(ref(id).digest())).release();
    ticker.advanceMillis(TimeUnit.NANOSECONDS.toMillis(ModelRoom.IDLE_NANOS));
  }

  private List<String> resident() {
    return shelf.residents().stream().map(ResidentModel::id).sorted().toList();
  }

  private static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

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
    CompletableFuture<ResidentModel> next = shelf.request(ref("c"));
    ResidentModel other = requireNonNull(shelf.acquire(ref("b").digest()));
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

    ticker.advanceMillis(TimeUnit.NANOSECONDS.toMillis(ModelLoader.MISFIT_NANOS));

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
  void preloaded_models_stay_as_slowas_others_can_go() {
    shelf.preload(ref("coco")).join();
    for (String id : List.of("a", "b", "c")) {
      load(id);
      use(id);
    }

    assertThat(resident()).containsExactly("c", "coco");
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
  void one_goes_when_the_device_proves_to_have_less_memory_than_was_thought() {
    load("a");
    use("a");
    device.shortages.set(1);

    load("b");

    assertThat(resident()).containsExactly("b");
    assertThat(device.loads).describedAs("b twice").hasValue(3);
  }

  @Test
  void a_device_that_has_no_memory_for_one_model_says_so() {
    device.shortages.set(9);

    assertThatThrownBy(() -> load("a")).hasMessageContaining("the GPU is full");
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
