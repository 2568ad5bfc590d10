package dev.penstock.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KnownNameTest {
  @Test
  void finds_constants_however_they_are_written() {
    assertThat(KnownName.of(BatchReason.class, "FULL", BatchReason.IDLE))
        .isEqualTo(BatchReason.FULL);
    assertThat(KnownName.of(BatchReason.class, "full", BatchReason.IDLE))
        .isEqualTo(BatchReason.FULL);
  }

  @Test
  void what_is_not_known_is_what_one_says() {
    assertThat(KnownName.of(BatchReason.class, "later", BatchReason.DRAIN))
        .isEqualTo(BatchReason.DRAIN);
    assertThat(KnownName.of(BatchReason.class, null, BatchReason.DRAIN))
        .isEqualTo(BatchReason.DRAIN);
  }
}
