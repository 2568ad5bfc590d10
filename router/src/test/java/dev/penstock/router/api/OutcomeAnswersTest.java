package dev.penstock.router.api;

import static dev.penstock.router.api.TestApi.BASE64;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.JobOutcome;
import dev.penstock.job.JobOutcome.Reason;
import dev.penstock.router.dispatch.Admission;
import dev.penstock.router.dispatch.InferenceOutcome;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeAnswersTest {
  private static TestApi api;

  @BeforeAll
  static void start() {
    api = new TestApi();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UNREADABLE_IMAGE | 400 | Could not load input image. Cause: why",
        "MODEL_INPUT      | 400 | Error with model input. Cause: why",
        "DEVICE           | 500 | why",
        "LOAD             | 500 | Model loading failed: coco/1: why",
      })
  void a_failed_job_is_told_by_its_reason(Reason reason, int status, String message) {
    api.dispatcher.ends(new InferenceOutcome.Failed(new JobOutcome.Failed(reason, "why")));
    var reply = infer();
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.message()).isEqualTo(message);
    assertThat(reply.header("X-Worker-Id")).isEqualTo("w1");
    assertThat(reply.header("X-Attempt")).isEqualTo("2");
    assertThat(reply.timing()).containsKey("queue");
  }

  @Test
  void a_passed_deadline_is_a_gateway_timeout() {
    api.dispatcher.ends(new InferenceOutcome.Expired("took longer than 30 s"));
    var reply = infer();
    assertThat(reply.status()).isEqualTo(504);
    assertThat(reply.message()).isEqualTo("took longer than 30 s");
  }

  @Test
  void refusals_say_when_to_come_again() {
    api.dispatcher.refuses(new Admission.TooMuch(7, "full: come later"));
    var much = infer();
    assertThat(much.status()).isEqualTo(429);
    assertThat(much.header("Retry-After")).isEqualTo("7");
    assertThat(much.message()).isEqualTo("full: come later");
    assertThat(much.header("X-Queue-Time")).isEqualTo("0.000000");
    assertThat(much.header("X-Execution-Time")).isEqualTo("0.000000");
    assertThat(much.header("X-Attempt")).isEmpty();
    api.dispatcher.refuses(new Admission.CannotServe(3, "no worker: start one"));
    var nobody = infer();
    assertThat(nobody.status()).isEqualTo(503);
    assertThat(nobody.header("Retry-After")).isEqualTo("3");
    api.dispatcher.refuses(
        new Admission.Unloadable(new JobOutcome.Failed(Reason.LOAD, "opset 99")));
    var unloadable = infer();
    assertThat(unloadable.status()).isEqualTo(500);
    assertThat(unloadable.message()).isEqualTo("Model loading failed: coco/1: opset 99");
    assertThat(api.get("/metrics").text())
        .contains("penstock_refusals_total{kind=\"too_much\",model=\"coco/1\"} 1.0")
        .contains("penstock_refusals_total{kind=\"cannot_serve\",model=\"coco/1\"} 1.0");
  }

  @Test
  void an_unexpected_failure_is_answered_with_the_request_id() {
    api.dispatcher.behaviour =
        (request, listener) -> {
          throw new IllegalStateException("a defect");
        };
    var reply = infer();
    assertThat(reply.status()).isEqualTo(500);
    assertThat(reply.message())
        .startsWith("Internal error.")
        .contains(reply.header("X-Request-ID"))
        .doesNotContain("defect");
  }

  private static TestApi.Reply infer() {
    return api.post("/coco/1", BASE64, "Content-Type", "text/plain");
  }
}
