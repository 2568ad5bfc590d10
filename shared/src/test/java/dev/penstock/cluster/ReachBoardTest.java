package dev.penstock.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import dev.penstock.cluster.ReachBoard.Reached;
import dev.penstock.config.RouterConfig;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ReachBoardTest {
  private static HazelcastInstance member;

  @BeforeAll
  static void start() {
    var cluster = new RouterConfig.Cluster("127.0.0.1", 0, 0, List.of(), "127.0.0.1");
    member = ClusterMember.start(cluster, "router", "one", 9);
  }

  @AfterAll
  static void stop() {
    member.shutdown();
  }

  @Test
  void what_routers_reach_is_read_by_all_and_forgotten_with_them() {
    var board = new ReachBoard(member);
    var one = new Reached(7, Set.of("w1", "w2"));
    var two = new Reached(1L << 40, Set.of());
    board.put("one", new Reached(6, Set.of("w1")));
    board.put("one", one);
    board.put("two", two);

    assertThat(new ReachBoard(member).read()).containsEntry("one", one).containsEntry("two", two);

    board.retain(Set.of("two"));

    assertThat(board.read()).containsOnlyKeys("two");
  }

  @Test
  void members_of_a_later_version_are_passed_over_and_missing_ones_are_nothing() {
    member.getMap("penstock.reach").set("later", "{\"beat\":3,\"later\":[1]}");

    assertThat(new ReachBoard(member).read()).containsEntry("later", new Reached(3, Set.of()));
  }
}
