package dev.penstock.router.api.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BodyWorkTest {
  private static final int LARGE = 100_000;

  private final Vertx vertx = Vertx.vertx();
  private final BodyWork work = new BodyWork(vertx, "work", 4L * LARGE);

  @AfterEach
  void close() {
    work.close();
    vertx.close().await();
  }

  @Test
  void what_is_small_is_done_at_once() {
    assertThat(work.run(10, Thread::currentThread).result()).isSameAs(Thread.currentThread());
    assertThat(work.run(10, () -> fail()).cause()).hasMessage("as it happens");
  }

  @Test
  void what_is_large_is_done_elsewhere_and_comes_back_where_it_was_asked_for() throws Exception {
    Context context = vertx.getOrCreateContext();
    var threads = new CompletableFuture<List<Thread>>();
    context.runOnContext(
        here ->
            work.run(LARGE, Thread::currentThread)
                .onSuccess(
                    thread -> {
                      assertThat(Vertx.currentContext()).isSameAs(context);
                      threads.complete(List.of(thread, Thread.currentThread()));
                    }));
    assertThat(threads.get(10, TimeUnit.SECONDS).get(0).getName()).startsWith("work");
    assertThat(threads.get().get(1).getName()).contains("eventloop");
  }

  @Test
  void a_failure_is_that_of_its_own_task() {
    Future<?> failed = work.run(LARGE, () -> fail());
    assertThatThrownBy(failed::await).hasMessage("as it happens");
    assertThat(work.run(LARGE, () -> "done").await()).isEqualTo("done");
  }

  @Test
  void what_has_no_room_waits_in_its_order() throws Exception {
    var done = new CopyOnWriteArrayList<String>();
    var inside = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    work.run(
        LARGE,
        () -> {
          inside.countDown();
          goOn.await();
          return done.add("first");
        });
    inside.await();
    Future<Boolean> second = work.run(LARGE, () -> done.add("second"));
    Future<Boolean> third = work.run(LARGE, () -> done.add("third"));
    assertThat(done).describedAs("the first has taken all room").isEmpty();
    goOn.countDown();
    Future.all(second, third).await();
    assertThat(done).containsExactly("first", "second", "third");
  }

  @Test
  void what_would_never_fit_runs_alone() {
    assertThat(work.run(100L * LARGE, () -> "alone").await()).isEqualTo("alone");
  }

  private static String fail() {
    throw new IllegalStateException("as it happens");
  }
}
