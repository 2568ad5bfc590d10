package dev.penstock.worker.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.Want;
import dev.penstock.cluster.ControlMessage.Wants;
import io.vertx.core.http.WebSocketBase;
import org.junit.jupiter.api.Test;

final class RouterLinksTest extends WorkerSide {
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
}
