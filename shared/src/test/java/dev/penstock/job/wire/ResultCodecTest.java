package dev.penstock.job.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.job.AttemptResult;
import dev.penstock.job.BatchReason;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.Samples;
import dev.penstock.job.timing.WorkerTimings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ResultCodecTest {
  private static final AttemptResult DONE =
      new AttemptResult(
          new JobId("r", 1),
          2,
          "token",
          new JobOutcome.Done(4, 3, new byte[] {1}, null),
          new WorkerTimings(9, 1, 2, 2, 2, 2),
          3,
          BatchReason.FULL,
          7);

  @RepeatedTest(50)
  void results_survive_the_wire(RepetitionInfo seed) {
    List<AttemptResult> results = new Samples(seed.getCurrentRepetition()).results();

    Frame read = Frame.parse(ResultCodec.encode(results).toBuffer());

    assertThat(ResultCodec.decode(read)).isEqualTo(results);
  }

  @Test
  void members_of_a_later_version_are_ignored() {
    Frame frame = ResultCodec.encode(List.of(DONE));
    head(frame).put("temperature", 80);
    head(frame).getJsonArray("timings").add(12345);

    assertThat(ResultCodec.decode(frame)).containsExactly(DONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"id", "attempt", "token", "timings", "width", "height"})
  void a_result_that_lacks_a_member_is_refused(String member) {
    Frame frame = ResultCodec.encode(List.of(DONE));
    head(frame).remove(member);

    assertThatIllegalArgumentException().isThrownBy(() -> ResultCodec.decode(frame));
  }

  @Test
  void results_without_their_answers_are_refused() {
    Frame frame = ResultCodec.encode(List.of(DONE));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ResultCodec.decode(new Frame(frame.head(), List.of(new byte[1]))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"results\":{}}", "{\"results\":[1]}", "{\"results\":[null]}"})
  void garbage_is_refused(String head) {
    var frame = new Frame(new JsonObject(head), List.of());

    assertThatIllegalArgumentException().isThrownBy(() -> ResultCodec.decode(frame));
  }

  private static JsonObject head(Frame frame) {
    JsonArray results = frame.head().getJsonArray("results");
    return results.getJsonObject(0);
  }
}
