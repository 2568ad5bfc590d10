package dev.penstock.router.dispatch.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class OrderTagsTest {
  private final OrderTags tags = new OrderTags();

  @Test
  void grow_and_never_repeat_also_when_many_threads_ask() {
    Set<Long> seen = ConcurrentHashMap.newKeySet();
    IntStream.range(0, 10_000).parallel().forEach(i -> assertThat(seen.add(tags.next())).isTrue());

    assertThat(tags.next()).isEqualTo(10_001);
  }

  @Test
  void a_router_that_was_quiet_joins_where_the_others_are() {
    tags.observe(5_000);

    assertThat(tags.next()).isEqualTo(5_001);
  }

  @Test
  void what_is_behind_is_not_followed() {
    tags.observe(100);
    tags.observe(7);

    assertThat(tags.next()).isEqualTo(101);
  }
}
