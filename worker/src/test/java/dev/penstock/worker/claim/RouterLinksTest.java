package dev.penstock.worker.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.State;
import dev.penstock.cluster.ControlMessage.Want;
import dev.penstock.cluster.ControlMessage.Wants;
import dev.penstock.cluster.ControlMessage.WorkerState;
import dev.penstock.cluster.RouterAddress;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.Future;
import io.vertx.core.http.WebSocketBase;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RouterLinksTest extends WorkerSide {
  private final AtomicLong clock = new AtomicLong();
  private final AtomicInteger looks = new AtomicInteger();
  private volatile boolean missing;

  @Override
  Ticker ticker() {
    return clock::get;
  }

  @Override
  Map<String, RouterAddress> routers() {
    looks.incrementAndGet();
    return missing ? Map.of() : super.routers();
  }

  private void awaitLook() {
    int before = looks.get();
    // The second one begins after the first one has ended.
    until(() -> looks.get() >= before + 2);
  }

  @Test
  void greets_and_passes_over_what_is_no_control_message() {
    until(() -> router.heard(Hello.class).size() == 1);
    assertThat(links.preload()).containsExactly("coco/1");
    until(() -> said.size() == 1);
  }

  /** It says more than this version knows, and says it in more words. */
  @Test
  void a_router_of_a_later_version_is_understood() {
    WebSocketBase socket = router.sockets.get(0);
    socket.writeTextMessage("{\"t\":\"forecast\",\"load\":[1,2]}");
    socket.writeTextMessage(
        "{\"t\":\"welcome\",\"version\":9,\"incarnation\":\"incarnation\",\"later\":{},"
            + "\"catalog\":[{\"model\":\"later/1\",\"digest\":\"d\",\"bytes\":7}],"
            + "\"preload\":[],\"virtualTimes\":{\"later/1\":5}}");

    until(() -> links.resolve("later/1").isPresent());
    assertThat(router.sockets).describedAs("the channel stays open").hasSize(1);
  }

  /** It says less: neither fair tags nor suspects were known. */
  @Test
  void a_router_of_the_first_version_is_understood() {
    router
        .sockets
        .get(0)
        .writeTextMessage(
            "{\"t\":\"welcome\",\"version\":1,\"incarnation\":\"incarnation\","
                + "\"catalog\":[{\"model\":\"first/1\",\"digest\":\"d\"}],\"preload\":[]}");

    until(() -> links.resolve("first/1").isPresent());
  }

  /** Else a worker would say that it is ready to people before it said so to its router. */
  @Test
  void what_was_said_counts_as_heard_when_the_router_has_taken_it_in() {
    var hears = new CountDownLatch(1);
    var mayGoOn = new CountDownLatch(1);
    router.hearing =
        message -> {
          if (message instanceof State) {
            hears.countDown();
            until(() -> mayGoOn.getCount() == 0);
          }
        };
    links.broadcast(new State(WorkerState.READY, List.of()));
    Future<?> heard = links.heard();
    until(() -> hears.getCount() == 0);
    assertThat(heard.isComplete()).isFalse();

    mayGoOn.countDown();
    until(heard::isComplete);
    assertThat(router.heard(State.class)).extracting(State::state).contains(WorkerState.READY);
  }

  @Test
  void a_channel_that_is_closed_keeps_nobody_waiting() {
    links.close();
    until(links.heard()::isComplete);
  }

  @Test
  void a_channel_that_breaks_is_opened_again() {
    router.sockets.get(0).close();

    until(() -> router.sockets.size() == 2 && links.complete());

    until(() -> router.heard(Hello.class).size() == 2);
  }

  /** Its end may be gone without a word, as with a cut cable. */
  @Test
  void a_channel_on_which_nothing_comes_is_opened_again() {
    until(() -> router.heard(Hello.class).size() == 2 && links.complete());
  }

  @Test
  void what_is_said_while_the_channel_is_closed_is_dropped_and_never_thrown_back() {
    router.sockets.get(0).close();
    until(
        () -> {
          links.broadcast(new Wants(Want.IDLE));
          return router.sockets.size() == 2;
        });
  }

  @Test
  void a_router_that_seems_gone_and_is_back_soon_keeps_its_channel() {
    until(() -> said.size() == 1);
    missing = true;
    awaitLook();
    missing = false;
    awaitLook();

    assertThat(links.find(FakeRouter.INCARNATION)).isNotNull();
    assertThat(router.open).describedAs("channels that are open").hasValue(1);
    assertThat(router.sockets).describedAs("channels ever opened").hasSize(1);
  }

  @Test
  void a_router_that_is_gone_and_has_closed_its_channel_is_left_at_once() {
    missing = true;
    awaitLook();
    router.sockets.get(0).close();

    until(() -> links.find(FakeRouter.INCARNATION) == null);
  }

  @Test
  void a_router_that_stays_gone_is_left_though_its_channel_is_open() {
    missing = true;
    awaitLook();
    clock.set(RouterLinks.HOLD_ON_NANOS - 1);
    awaitLook();
    assertThat(links.find(FakeRouter.INCARNATION)).isNotNull();

    int before = looks.get();
    clock.incrementAndGet();

    until(() -> links.find(FakeRouter.INCARNATION) == null);
    assertThat(looks.get() - before)
        .describedAs("looks until then; a quiet channel is closed after fifty")
        .isLessThan(25);
    until(() -> router.open.get() == 0);
  }
}
