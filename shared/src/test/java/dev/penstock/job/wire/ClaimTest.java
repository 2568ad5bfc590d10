package dev.penstock.job.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.job.JobId;
import dev.penstock.job.JobParameters;
import dev.penstock.job.Samples;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClaimTest {
  @RepeatedTest(30)
  void a_claim_survives_the_wire(RepetitionInfo seed) {
    Claim claim = new Samples(seed.getCurrentRepetition()).claim();

    assertThat(Claim.fromJson(wire(claim.toJson()))).isEqualTo(claim);
  }

  @Test
  void members_of_a_later_version_are_ignored() {
    Claim claim = new Samples(1).claim();

    JsonObject later = claim.toJson().put("version", 2).put("colour", "blue");

    assertThat(Claim.fromJson(wire(later))).isEqualTo(claim);
  }

  @ParameterizedTest
  @ValueSource(strings = {"worker", "instance", "device", "claim", "jobs"})
  void a_claim_that_lacks_a_member_is_refused(String member) {
    JsonObject json = new Samples(2).claim().toJson();
    json.remove(member);

    assertThatIllegalArgumentException().isThrownBy(() -> Claim.fromJson(json));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "[null]", "[\"router\"]", "[{}]"})
  void a_claim_of_something_else_than_jobs_is_refused(String jobs) {
    JsonObject json = new Samples(2).claim().toJson().put("jobs", new JsonArray(jobs));

    assertThatIllegalArgumentException().isThrownBy(() -> Claim.fromJson(json));
  }

  @RepeatedTest(30)
  void leases_and_payloads_survive_the_wire(RepetitionInfo seed) {
    List<Claim.Granted> granted = new Samples(seed.getCurrentRepetition()).granted();

    List<Claim.Granted> read = Claim.readAnswer(Frame.parse(Claim.answer(granted).toBuffer()));

    assertThat(read).usingRecursiveComparison().isEqualTo(granted);
  }

  @Test
  void an_answer_with_fewer_payloads_than_leases_is_refused() {
    Claim.Granted one =
        new Claim.Granted(new JobId("r", 1), 1, "t", 5, JobParameters.DEFAULTS, new byte[] {1});
    Frame answer = Claim.answer(List.of(one));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Claim.readAnswer(new Frame(answer.head(), List.of())));
  }

  private static JsonObject wire(JsonObject json) {
    return json.toBuffer().toJsonObject();
  }
}
