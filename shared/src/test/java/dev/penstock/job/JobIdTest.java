package dev.penstock.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JobIdTest {
  @RepeatedTest(20)
  void is_read_as_it_is_written(RepetitionInfo seed) {
    JobId id = new Samples(seed.getCurrentRepetition()).id();

    assertThat(JobId.parse(id.toString())).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "router", "/7", "router/", "router/x", "router/0", "router/-1", "r/99e9"})
  void anything_else_is_refused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> JobId.parse(text));
  }
}
