package dev.penstock.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TimingPartTest {
  @Test
  void parts_and_what_is_unaccounted_add_up_to_the_total() {
    List<TimingPart> parts = TimingPart.of(Records.TIMINGS);
    TimingPart total = parts.get(parts.size() - 1);
    assertThat(total.name()).isEqualTo(TimingPart.TOTAL);
    long sum = parts.stream().limit(parts.size() - 1).mapToLong(TimingPart::nanos).sum();
    assertThat(sum + Records.TIMINGS.unaccounted()).isEqualTo(total.nanos());
    assertThat(Records.TIMINGS.unaccounted()).isEqualTo(500_000);
  }
}
