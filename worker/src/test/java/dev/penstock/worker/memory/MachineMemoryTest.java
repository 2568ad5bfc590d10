package dev.penstock.worker.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineMemoryTest {
  private static final long GB = 1 << 30;

  @ParameterizedTest
  @CsvSource({"16, 4, 3", "64, 16, 12"})
  void images_get_a_quarter_of_what_the_heap_leaves(long total, long heap, long images) {
    assertThat(new MachineMemory(total * GB, heap * GB).images()).isEqualTo(images * GB);
  }

  @Test
  void something_is_left_for_images_when_the_heap_may_take_it_all() {
    assertThat(new MachineMemory(GB, 2 * GB).images()).isEqualTo(GB / 32);
  }

  @Test
  void knows_this_machine() {
    assertThat(MachineMemory.here().total()).isGreaterThan(GB / 4);
    assertThat(MachineMemory.here().heap()).isEqualTo(Runtime.getRuntime().maxMemory());
  }
}
