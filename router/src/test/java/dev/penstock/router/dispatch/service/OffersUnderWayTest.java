package dev.penstock.router.dispatch.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.JobId;
import org.junit.jupiter.api.Test;

final class OffersUnderWayTest {
  private static final JobId JOB = new JobId("mine", 1);

  private final OffersUnderWay offers = new OffersUnderWay();

  @Test
  void what_is_through_is_not_under_way() {
    offers.begin(JOB);
    assertThat(offers.wanted(JOB)).isTrue();
    assertThat(offers.end(JOB)).isFalse();
    assertThat(offers.withdraw(JOB)).describedAs("has to be taken out").isFalse();
  }

  @Test
  void what_was_withdrawn_first_is_left_and_nothing_is_taken_out() {
    offers.begin(JOB);
    assertThat(offers.withdraw(JOB)).isTrue();
    assertThat(offers.wanted(JOB)).isFalse();
    assertThat(offers.end(JOB)).isFalse();
  }

  @Test
  void what_is_withdrawn_while_it_is_offered_is_taken_out_after_it() {
    offers.begin(JOB);
    assertThat(offers.wanted(JOB)).isTrue();
    assertThat(offers.withdraw(JOB)).isTrue();
    assertThat(offers.end(JOB)).isTrue();
  }

  @Test
  void of_two_offers_the_last_one_tells() {
    offers.begin(JOB);
    offers.begin(JOB);
    assertThat(offers.wanted(JOB)).isTrue();
    assertThat(offers.withdraw(JOB)).isTrue();
    assertThat(offers.end(JOB)).isFalse();
    assertThat(offers.wanted(JOB)).isFalse();
    assertThat(offers.end(JOB)).isTrue();
  }
}
