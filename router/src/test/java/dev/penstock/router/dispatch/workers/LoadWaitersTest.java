package dev.penstock.router.dispatch.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.router.dispatch.Dispatcher.LoadFailure;
import io.vertx.core.Future;
import org.junit.jupiter.api.Test;

final class LoadWaitersTest {
  private static final ModelRef COCO = new ModelRef("coco/1", "digest-1");
  private static final ModelRef ALIAS = new ModelRef("coco/latest", "digest-1");
  private static final ModelRef PARTS = new ModelRef("parts/7", "digest-2");

  private final LoadWaiters waiters = new LoadWaiters();

  @Test
  void all_who_wait_for_a_package_hear_of_it_by_whatever_name() {
    Future<Long> one = waiters.await(COCO);
    Future<Long> two = waiters.await(COCO);
    Future<Long> alias = waiters.await(ALIAS);
    Future<Long> other = waiters.await(PARTS);

    waiters.loaded(COCO.digest(), 5);

    assertThat(one.result()).isEqualTo(5);
    assertThat(two.result()).isEqualTo(5);
    assertThat(alias.result()).isEqualTo(5);
    assertThat(other.isComplete()).isFalse();
    assertThat(waiters.waiting()).containsExactly(PARTS);
  }

  @Test
  void a_failure_is_told_once_and_later_waiters_start_anew() {
    var failure = new LoadFailure(false, "why");
    Future<Long> early = waiters.await(COCO);
    waiters.failed(COCO.digest(), failure);
    Future<Long> late = waiters.await(COCO);
    waiters.loaded(COCO.digest(), 1);

    assertThat(early.cause()).isSameAs(failure);
    assertThat(late.succeeded()).isTrue();
    assertThat(waiters.waiting()).isEmpty();
  }
}
