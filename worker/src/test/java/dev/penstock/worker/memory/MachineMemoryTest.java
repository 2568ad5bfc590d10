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
  void a_process_may_take_what_it_has_not_and_others_leave_but_for_a_sixteenth() {
    var machine = new MachineMemory(16 * GB, 4 * GB);

    assertThat(machine.headroom(5 * GB, Long.MAX_VALUE)).isEqualTo(10 * GB);
    assertThat(machine.headroom(5 * GB, 3 * GB)).isEqualTo(2 * GB);
  }

  @Test
  void a_shortage_is_named_with_who_takes_the_memory() {
    var machine = new MachineMemory(16 * GB, 4 * GB);

    assertThat(machine.shortage(15 * GB, Long.MAX_VALUE))
        .startsWith("the process has 16106MB of 17179MB already")
        .contains("-Xmx");
    assertThat(machine.shortage(5 * GB, GB))
        .startsWith("all processes together leave 1073MB of 17179MB");
  }

  @Test
  void knows_this_machine() {
    assertThat(MachineMemory.here().total()).isGreaterThan(GB / 4);
    assertThat(MachineMemory.here().heap()).isEqualTo(Runtime.getRuntime().maxMemory());
  }
}
