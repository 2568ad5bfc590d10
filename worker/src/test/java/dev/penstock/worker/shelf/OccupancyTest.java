package dev.penstock.worker.shelf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.worker.batch.FakeModel;
import dev.penstock.worker.batch.FakeTicker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class OccupancyTest {
  private static final long SIZE = 40;

  private final Occupancy occupancy = new Occupancy();

  private void put() {
    var model = new FakeModel(1);
    model.memory = SIZE;
    occupancy.put(new Shelved(model.resident("a"), 0, new Uses(new FakeTicker())));
  }

  /** Else another one would be loaded into memory that is not free. */
  @Test
  void the_memory_of_a_model_that_is_let_go_counts_at_every_moment() throws Exception {
    for (int round = 0; round < 300; round++) {
      put();
      var removing = new Thread(() -> occupancy.remove("digest-of-a"));
      removing.start();
      while (!occupancy.models().isEmpty()) {
        assertThat(occupancy.look().bytes()).isGreaterThanOrEqualTo(SIZE);
      }
      removing.join();
      assertThat(occupancy.look().bytes()).isEqualTo(SIZE);
      occupancy.freed("digest-of-a", SIZE);
    }
    assertThat(occupancy.look().isEmpty()).isTrue();
  }

  @Test
  void a_model_that_two_let_go_counts_once() {
    put();

    assertThat(occupancy.remove("digest-of-a")).isNotNull();
    assertThat(occupancy.remove("digest-of-a")).isNull();

    assertThat(occupancy.look().leaving()).isEqualTo(SIZE);
  }
}
