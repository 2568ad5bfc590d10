package dev.penstock.worker.shelf;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.worker.batch.FakeModel;
import dev.penstock.worker.batch.FakeTicker;
import dev.penstock.worker.batch.ResidentModel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class ModelShelfTest {
  private static final ModelRef COCO = new ModelRef("coco/1", "digest-of-coco/1");

  private final FakeModel model = new FakeModel(4);
  private final FakeDevice device = new FakeDevice(model);
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final FakePackages packages = new FakePackages();
  private final ModelShelf shelf =
      new ModelShelf(device, Long.MAX_VALUE, packages, new Told(), new FakeTicker());

  @AfterEach
  void close() {
    shelf.close();
  }

  private final class Told implements ModelShelf.Listener {
    @Override
    public void loaded(ResidentModel resident) {
      told.add("loaded " + resident.id());
    }

    @Override
    public void failed(ModelRef ref, String reason) {
      told.add("failed " + ref.model() + ": " + reason);
    }

    @Override
    public void changed() {
      told.removeIf(String::isEmpty);
    }
  }

  @Test
  void a_model_asked_for_by_many_is_loaded_once() {
    var goOn = new CountDownLatch(1);
    device.beforeLoad = () -> awaitQuietly(goOn);
    CompletableFuture<ResidentModel> one = shelf.request(COCO);
    CompletableFuture<ResidentModel> two = shelf.request(COCO);
    assertThat(shelf.acquire(COCO.digest())).isNull();
    goOn.countDown();

    assertThat(one.join()).isSameAs(two.join()).isSameAs(shelf.request(COCO).join());
    assertThat(device.loads).hasValue(1);
    assertThat(told).containsExactly("loaded coco/1");
  }

  /** Else the first one would stay in memory for ever. */
  @Test
  void a_model_asked_for_at_the_very_end_of_its_load_is_not_loaded_twice() throws Exception {
    for (int round = 0; round < 200; round++) {
      CompletableFuture<ResidentModel> first = shelf.request(COCO);
      while (shelf.residents().isEmpty()) {
        assertThat(shelf.request(COCO)).isNotNull();
      }
      first.join();
      shelf.request(COCO).join();
      shelf.drop(COCO.digest());
    }
    shelf.close();

    assertThat(model.closed())
        .describedAs("freed as often as loaded")
        .isEqualTo(device.loads.get());
  }

  @Test
  void a_failure_is_told_with_its_reason_and_the_next_request_tries_again() {
    device.refuses = true;
    assertThatThrownBy(() -> shelf.request(COCO).join()).hasMessageContaining("no such operator");
    device.refuses = false;

    assertThat(shelf.request(COCO).join().id()).isEqualTo("coco/1");
    assertThat(told).containsExactly("failed coco/1: no such operator", "loaded coco/1");
  }

  @Test
  void a_library_that_does_not_fit_is_told_like_any_failure() {
    device.breaks = true;

    assertThatThrownBy(() -> shelf.request(COCO).join()).hasMessageContaining("does not fit");
    assertThat(told).hasSize(1);
  }

  @Test
  void a_load_that_ends_with_any_error_is_told_and_the_next_one_is_tried() {
    device.beforeLoad =
        () -> {
          throw new StackOverflowError("in a library");
        };
    assertThatThrownBy(() -> shelf.request(COCO).join()).hasMessageContaining("in a library");
    device.beforeLoad = () -> {};

    assertThat(shelf.request(COCO).join().id()).isEqualTo("coco/1");
    assertThat(told).hasSize(2);
  }

  @Test
  void a_dropped_model_is_freed_when_its_last_job_has_ended() {
    ResidentModel user = shelf.request(COCO).join();
    assertThat(shelf.acquire(COCO.digest())).isSameAs(user);
    shelf.drop(COCO.digest());
    assertThat(shelf.residents()).isEmpty();
    assertThat(shelf.acquire(COCO.digest()))
        .describedAs("for a job that was on its way here")
        .isSameAs(user);
    user.release();
    assertThat(model.closed()).isZero();

    shelf.close();
    user.release();

    assertThat(model.closed()).isEqualTo(1);
    assertThat(shelf.acquire(COCO.digest())).isNull();
  }

  @Test
  void whoever_lets_go_of_a_dropped_model_last_does_not_wait_until_it_is_freed() {
    shelf.request(COCO).join();
    ResidentModel user = requireNonNull(shelf.acquire(COCO.digest()));
    shelf.drop(COCO.digest());
    var goOn = new CountDownLatch(1);
    device.beforeLoad = () -> awaitQuietly(goOn);
    CompletableFuture<ResidentModel> busy = shelf.request(new ModelRef("zoo/1", "zoo"));

    user.release();

    assertThat(model.closed()).describedAs("the loader is busy").isZero();
    goOn.countDown();
    busy.join();
    shelf.close();
    assertThat(model.closed()).describedAs("both").isEqualTo(2);
  }

  @Test
  void a_model_dropped_while_it_is_loaded_is_not_kept() {
    var goOn = new CountDownLatch(1);
    device.beforeLoad = () -> awaitQuietly(goOn);
    CompletableFuture<ResidentModel> coming = shelf.request(COCO);
    while (device.loads.get() == 0) {
      Thread.onSpinWait();
    }
    shelf.drop(COCO.digest());
    goOn.countDown();
    coming.join();
    shelf.close();

    assertThat(shelf.residents()).isEmpty();
    assertThat(model.closed()).isEqualTo(1);
  }

  private CompletableFuture<ResidentModel> requestFromElsewhere(String id) {
    packages.elsewhere.add(id);
    return shelf.request(new ModelRef(id, "digest-of-" + id));
  }

  @Test
  void a_package_that_takes_long_to_fetch_holds_up_no_other_load() {
    var goOn = new CountDownLatch(1);
    packages.beforeFetch = () -> awaitQuietly(goOn);
    CompletableFuture<ResidentModel> slow = requestFromElsewhere("slow/1");

    assertThat(shelf.request(COCO).join().id()).isEqualTo("coco/1");
    assertThat(slow).isNotDone();
    goOn.countDown();
    assertThat(slow.join().id()).isEqualTo("slow/1");
  }

  @Test
  void a_package_that_cannot_be_fetched_is_told_and_the_next_request_tries_again() {
    packages.refuses = true;
    assertThatThrownBy(() -> requestFromElsewhere("zoo/1").join())
        .hasMessageContaining("nobody has it");
    packages.refuses = false;

    assertThat(requestFromElsewhere("zoo/1").join().id()).isEqualTo("zoo/1");
    assertThat(told).containsExactly("failed zoo/1: nobody has it", "loaded zoo/1");
  }

  @Test
  void a_model_dropped_while_it_is_fetched_is_not_loaded() {
    var goOn = new CountDownLatch(1);
    packages.beforeFetch = () -> awaitQuietly(goOn);
    CompletableFuture<ResidentModel> coming = requestFromElsewhere("zoo/1");
    shelf.drop("digest-of-zoo/1");
    goOn.countDown();

    assertThatThrownBy(coming::join).hasMessageContaining("unloaded before it was loaded");
    assertThat(device.loads).hasValue(0);
  }

  @Test
  void who_waits_for_a_fetch_hears_that_the_shelf_is_closed() {
    packages.beforeFetch = () -> awaitQuietly(new CountDownLatch(1));
    List<CompletableFuture<ResidentModel>> waiting =
        IntStream.range(0, 10).mapToObj(i -> requestFromElsewhere("zoo/" + i)).toList();
    shelf.close();

    assertThat(waiting)
        .allSatisfy(each -> assertThatThrownBy(each::join).hasMessageContaining("leaving"));
  }

  @Test
  void a_closed_shelf_refuses_instead_of_throwing() {
    shelf.close();

    assertThat(shelf.request(COCO)).isCompletedExceptionally();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
