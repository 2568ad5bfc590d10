package dev.penstock.router.dispatch.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WithdrawalsTest {
  private final Withdrawals withdrawals = new Withdrawals();
  private final List<JobDescriptor> removed = new ArrayList<>();

  private static JobDescriptor job(String model, long number) {
    return new JobDescriptor(new JobId("router", number), model, "digest", number);
  }

  @Test
  void what_could_not_be_taken_out_is_taken_out_the_next_time() {
    assertThat(withdrawals.add(job("a/1", 1))).isTrue();
    assertThat(withdrawals.add(job("b/1", 2))).isFalse();
    assertThat(withdrawals.add(job("b/1", 3))).isFalse();
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                withdrawals.remove(
                    (model, jobs) -> {
                      if (model.equals("b/1")) {
                        throw new IllegalStateException("its owner is gone");
                      }
                      removed.addAll(jobs);
                    }));
    assertThat(withdrawals.isEmpty()).isFalse();
    withdrawals.remove((model, jobs) -> removed.addAll(jobs));

    assertThat(removed)
        .containsExactlyInAnyOrder(job("a/1", 1), job("b/1", 2), job("b/1", 3))
        .doesNotHaveDuplicates();
    assertThat(withdrawals.isEmpty()).isTrue();
    assertThat(withdrawals.add(job("a/1", 4))).isTrue();
  }
}
