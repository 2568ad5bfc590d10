package dev.penstock.worker.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ReachBoard.Reached;
import dev.penstock.worker.batch.FakeTicker;
import dev.penstock.worker.claim.Reach.Door;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A worker {@code me} and two routers, {@code a} and {@code b}. */
final class ReachTest {
  private static final long PATIENCE_MILLIS = TimeUnit.NANOSECONDS.toMillis(Reach.PATIENCE_NANOS);

  private final FakeTicker ticker = new FakeTicker();
  private final Map<String, Door> doors = new TreeMap<>();
  private final Map<String, Set<String>> workers = new HashMap<>();
  private final Map<String, Long> beats = new HashMap<>();
  private boolean boardFails;
  private int boardReads;
  private final Reach reach = new Reach("me", () -> doors, this::board, ticker);

  private Map<String, Reached> board() {
    boardReads++;
    if (boardFails) {
      throw new IllegalStateException("no router");
    }
    var board = new HashMap<String, Reached>();
    workers.forEach(
        (router, heard) -> board.put(router, new Reached(beats.getOrDefault(router, 0L), heard)));
    return board;
  }

  private void open(String router) {
    doors.put(router, new Door(router + " at host:1", true));
  }

  private void closed(String router) {
    doors.put(router, new Door(router + " at host:1", false));
  }

  private void heardBy(String router, String... instances) {
    workers.put(router, Set.of(instances));
  }

  /** Seconds in which these routers go on talking. */
  private String pass(int seconds, String... alive) {
    String obstacle = "";
    for (int second = 0; second < seconds; second++) {
      for (String router : alive) {
        beats.merge(router, 1L, Long::sum);
      }
      ticker.advanceMillis(1_000);
      obstacle = String.valueOf(reach.obstacle());
    }
    return obstacle;
  }

  @Test
  void a_worker_that_reaches_all_takes_jobs_and_never_reads_the_board() {
    open("a");
    open("b");

    assertThat(pass(30, "a", "b")).isEqualTo("null");
    assertThat(boardReads).isZero();
  }

  @Test
  void the_one_that_is_cut_off_yields_and_says_from_which_router() {
    open("a");
    closed("b");
    heardBy("a", "me", "two", "three");
    heardBy("b", "two", "three");

    assertThat(pass(6, "a", "b"))
        .isEqualTo("it does not reach router b at host:1, which other workers reach");
  }

  @Test
  void it_takes_jobs_again_as_soon_as_it_reaches_the_router() {
    open("a");
    closed("b");
    heardBy("a", "me", "two");
    heardBy("b", "two");
    assertThat(pass(6, "a", "b")).isNotEqualTo("null");

    open("b");

    assertThat(reach.obstacle()).isNull();
  }

  @Test
  void a_channel_that_is_opened_again_in_time_is_no_obstacle() {
    heardBy("a", "me", "two");
    heardBy("b", "two");
    for (int round = 0; round < 10; round++) {
      open("a");
      closed("b");
      assertThat(pass((int) (PATIENCE_MILLIS / 1_000) - 1, "a", "b")).isEqualTo("null");
      open("b");
      assertThat(reach.obstacle()).isNull();
    }
  }

  /**
   * Workers by the routers that hear them, and whether {@code me}, whom only {@code a} hears, is to
   * yield.
   */
  @ParameterizedTest
  @CsvSource({
    "me two,             two,             true", // the other one can serve all
    "me two three four,  two three four,  true",
    "me two three four,  two three,       true", // half of them can
    "me two three four,  two,             false", // b is the odd one
    "me two,             '',              false", // nobody reaches b
    "me,                 '',              false",
    "me,                 two,             false", // two halves
    "me two,             three four,      false",
    "me two three,       three four five, false"
  })
  void yields_when_at_least_half_of_the_workers_reach_every_router(
      String heardByA, String heardByB, boolean yields) {
    open("a");
    closed("b");
    workers.put("a", Set.of(heardByA.split(" ")));
    workers.put("b", heardByB.isEmpty() ? Set.of() : Set.of(heardByB.split(" ")));

    assertThat(pass(8, "a", "b").equals("null")).isEqualTo(!yields);
  }

  /** Its last word may be that it reaches everybody. */
  @Test
  void a_router_that_hangs_stops_nobody() {
    open("a");
    closed("b");
    heardBy("a", "me", "two");
    heardBy("b", "me", "two");

    assertThat(pass(30, "a")).isEqualTo("null");
  }

  @Test
  void a_router_that_falls_silent_later_stops_nobody_any_more() {
    open("a");
    closed("b");
    heardBy("a", "me", "two");
    heardBy("b", "two");
    assertThat(pass(6, "a", "b")).isNotEqualTo("null");

    assertThat(pass(6, "a")).isEqualTo("null");
  }

  @Test
  void a_router_that_left_is_forgotten() {
    open("a");
    closed("b");
    heardBy("a", "me", "two");
    heardBy("b", "two");
    assertThat(pass(6, "a", "b")).isNotEqualTo("null");

    doors.remove("b");

    assertThat(reach.obstacle()).isNull();
  }

  @Test
  void a_router_that_says_nothing_of_its_workers_stops_nobody() {
    open("a");
    closed("b");
    heardBy("a", "me", "two");

    assertThat(pass(10, "a")).isEqualTo("null");
  }

  @Test
  void what_it_knows_holds_while_the_board_cannot_be_read_and_it_is_read_once_a_second() {
    open("a");
    closed("b");
    heardBy("a", "me", "two");
    heardBy("b", "two");
    assertThat(pass(6, "a", "b")).isNotEqualTo("null");
    boardFails = true;
    assertThat(pass(2, "a", "b")).isNotEqualTo("null");
    boardReads = 0;

    for (int look = 0; look < 100; look++) {
      ticker.advanceMillis(10);
      assertThat(reach.obstacle()).isNotNull();
    }

    assertThat(boardReads).isEqualTo(1);
  }
}
