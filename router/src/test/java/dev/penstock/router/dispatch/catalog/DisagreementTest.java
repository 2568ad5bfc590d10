package dev.penstock.router.dispatch.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.RouterAddress;
import dev.penstock.config.HostPort;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DisagreementTest {
  private static final String ONE = "1".repeat(64);
  private static final String TWO = "2".repeat(64);
  private static final Map<String, RouterAddress> ROUTERS =
      Map.of("i1", router("r1", "i1"), "i2", router("r2", "i2"));

  private static RouterAddress router(String id, String incarnation) {
    return new RouterAddress(id, incarnation, new HostPort("localhost", 9002));
  }

  @Test
  void routers_with_the_same_files_agree() {
    Map<String, String> catalog = Map.of("pets/1", ONE, "zoo/1", TWO);

    assertThat(Disagreement.among(Map.of("i1", catalog, "i2", catalog), ROUTERS)).isEmpty();
    assertThat(Disagreement.among(Map.of("i1", catalog), ROUTERS)).isEmpty();
    assertThat(Disagreement.among(Map.of(), ROUTERS)).isEmpty();
  }

  @Test
  void other_files_and_missing_ones_are_named_router_by_router() {
    List<Disagreement> found =
        Disagreement.among(
            Map.of("i1", Map.of("pets/1", ONE, "zoo/1", ONE), "i2", Map.of("pets/1", TWO)),
            ROUTERS);

    assertThat(found)
        .extracting(Disagreement::toString)
        .containsExactly(
            "routers disagree on model pets/1: r1 serves 111111111111, r2 serves 222222222222."
                + " Give them the same files (--models).",
            "routers disagree on model zoo/1: r1 serves 111111111111, r2 serves none. Give them the"
                + " same files (--models).");
    assertThat(found.get(1).toJson().encode())
        .isEqualTo(
            "{\"model_id\":\"zoo/1\",\"routers\":[{\"id\":\"r1\",\"digest\":\""
                + ONE
                + "\"},{\"id\":\"r2\",\"digest\":null}]}");
  }
}
