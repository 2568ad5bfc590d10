package dev.penstock.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

final class JobParametersTest {
  @RepeatedTest(50)
  void survive_the_wire(RepetitionInfo seed) {
    JobParameters parameters = new Samples(seed.getCurrentRepetition()).parameters();

    assertThat(JobParameters.fromJson(parameters.toJson().toBuffer().toJsonObject()))
        .isEqualTo(parameters);
  }

  @Test
  void members_that_are_missing_take_their_default_and_unknown_ones_are_ignored() {
    assertThat(JobParameters.fromJson(new JsonObject().put("tiling", true)))
        .isEqualTo(JobParameters.DEFAULTS);
  }
}
