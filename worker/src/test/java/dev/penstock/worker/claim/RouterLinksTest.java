package dev.penstock.worker.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.Want;
import dev.penstock.cluster.ControlMessage.Wants;
import org.junit.jupiter.api.Test;

final class RouterLinksTest extends WorkerSide {
  @Test
  void greets_and_passes_over_what_is_no_control_message() {
    until(() -> router.heard(Hello.class).size() == 1);
    assertThat(links.preload()).containsExactly("coco/1");
    assertThat(said).hasSize(1);
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
