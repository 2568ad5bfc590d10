package dev.penstock.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VirtualTimesTest {
  private final VirtualTimes times = new VirtualTimes();

  @Test
  void a_queue_nobody_spoke_of_is_at_its_beginning() {
    assertThat(times.at("coco/1")).isZero();
    assertThat(times.all()).isEmpty();
  }

  @Test
  void only_go_on_and_each_queue_has_its_own() {
    times.reached("coco/1", 100);
    times.reached("coco/1", 7);
    times.reached("zoo/1", 5);

    assertThat(times.all()).isEqualTo(Map.of("coco/1", 100L, "zoo/1", 5L));
    assertThat(times.of(List.of("zoo/1", "zoo/1", "unknown/1"))).isEqualTo(Map.of("zoo/1", 5L));
  }

  /** Following it would leave no numbers for the tags to come. */
  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, VirtualTimes.LARGEST + 1, Long.MAX_VALUE})
  void what_cannot_be_is_passed_over(long nonsense) {
    times.reached("coco/1", 100);
    times.reached("coco/1", nonsense);

    assertThat(times.at("coco/1")).isEqualTo(100);
  }

  @Test
  void the_largest_that_can_be_is_followed() {
    times.reached("coco/1", VirtualTimes.LARGEST);

    assertThat(times.at("coco/1")).isEqualTo(VirtualTimes.LARGEST);
  }
}
