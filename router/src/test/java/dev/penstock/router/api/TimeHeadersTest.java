package dev.penstock.router.api;

import static dev.penstock.router.api.TestApi.BASE64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.job.BatchReason;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.timing.Stage;
import dev.penstock.job.timing.Timeline;
import dev.penstock.job.timing.WorkerTimings;
import dev.penstock.router.dispatch.Admission;
import dev.penstock.router.dispatch.InferenceOutcome;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeHeadersTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

  private final AtomicLong now = new AtomicLong();
  private TestApi api;

  @BeforeEach
  void start() {
    var settings = new TestApi.Settings();
    settings.ticker = now::get;
    api = new TestApi(settings);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "receive",
        "queue",
        "transport",
        "retry",
        "decode",
        "preprocess",
        "inference",
        "postprocess",
        "respond",
        "none"
      })
  void exactly_the_part_that_is_delayed_grows(String delayed) {
    Map<String, Long> parts =
        List.of(
                "receive",
                "queue",
                "retry",
                "transport",
                "decode",
                "preprocess",
                "inference",
                "postprocess",
                "respond")
            .stream()
            .collect(
                Collectors.toMap(part -> part, part -> part.equals(delayed) ? 50 * MS : 1234_567L));
    api.dispatcher.behaviour =
        (request, listener) -> {
          listener.accept(outcome(request.startedNanos(), parts));
          return (Admission.Admitted) () -> {};
        };
    var reply = api.post("/coco/1", BASE64, "Content-Type", "text/plain");

    Map<String, Double> timing = reply.timing();
    double total = timing.remove("total");
    parts.forEach(
        (part, nanos) ->
            assertThat(timing.get(part)).as(part).isEqualTo(nanos / 1e6, within(0.0005)));
    assertThat(timing.values().stream().mapToDouble(Double::doubleValue).sum())
        .isEqualTo(total, within(0.01));
    assertThat(seconds(reply, "X-Processing-Time")).isEqualTo(total / 1000, within(1e-6));
    assertThat(seconds(reply, "X-Queue-Time"))
        .isEqualTo(millis(timing, "queue") / 1000, within(1e-6));
    double execution =
        millis(timing, "decode")
            + millis(timing, "preprocess")
            + millis(timing, "inference")
            + millis(timing, "postprocess");
    assertThat(seconds(reply, "X-Execution-Time")).isEqualTo(execution / 1000, within(3e-6));
    assertThat(reply.json().getDouble("time")).isEqualTo(seconds(reply, "X-Execution-Time"));

    JsonObject line = api.logged();
    timing.forEach(
        (part, millis) -> assertThat(line.getDouble(part + "_ms")).as(part).isEqualTo(millis));
    assertThat(line.getDouble("total_ms")).isEqualTo(total);
    assertThat(line.getDouble("unaccounted_ms")).isZero();
  }

  @Test
  void names_the_worker_the_batch_and_the_attempt() {
    var reply = api.post("/coco/1", BASE64, "Content-Type", "text/plain");
    assertThat(reply.header("X-Worker-Id")).isEqualTo("w1");
    assertThat(reply.header("X-Worker-Device")).isEqualTo("cpu");
    assertThat(reply.header("X-Batch-Size")).isEqualTo("4");
    assertThat(reply.header("X-Batch-Reason")).isEqualTo("full");
    assertThat(reply.header("X-Attempt")).isEqualTo("2");
    assertThat(reply.header("X-Model-Id")).isEqualTo("coco/1");
    assertThat(reply.header("X-Model-Cold-Start")).isEqualTo("false");
    assertThat(reply.header("X-Model-Cold-Start-Count")).isEqualTo("0");
    assertThat(reply.header("X-Model-Load-Time")).isEmpty();
  }

  @Test
  void a_cold_start_says_what_it_cost() {
    api.dispatcher.coldStart = true;
    var reply = api.post("/coco/1", BASE64, "Content-Type", "text/plain");
    assertThat(reply.header("X-Model-Cold-Start")).isEqualTo("true");
    assertThat(reply.header("X-Model-Load-Time")).isEqualTo("1.500000");
  }

  @Test
  void errors_before_admission_have_their_time_too() {
    for (var reply :
        List.of(
            api.get("/nothing"),
            api.post("/coco/1", "@", "Content-Type", "text/plain"),
            api.post("/coco/1?confidence=x", BASE64, "Content-Type", "text/plain"),
            api.get("/healthz"))) {
      assertThat(reply.timing()).containsKeys("receive", "total");
      assertThat(reply.header("X-Queue-Time")).isEqualTo("0.000000");
      assertThat(reply.header("X-Model-Cold-Start")).isEqualTo("false");
      assertThat(reply.header("X-Request-ID")).matches("[0-9a-f]{32}");
    }
  }

  private InferenceOutcome outcome(long started, Map<String, Long> parts) {
    var worker =
        new WorkerTimings(
            part(parts, "decode")
                + part(parts, "preprocess")
                + part(parts, "inference")
                + part(parts, "postprocess"),
            0,
            part(parts, "decode"),
            part(parts, "preprocess"),
            part(parts, "inference"),
            part(parts, "postprocess"));
    var timeline = new Timeline(started);
    long queued = started + part(parts, "receive");
    long claimed = queued + part(parts, "retry") + part(parts, "queue");
    long returned = claimed + part(parts, "transport") + worker.held();
    timeline.stamp(Stage.QUEUED, queued);
    timeline.addRetry(part(parts, "retry"));
    timeline.stamp(Stage.CLAIMED, claimed);
    timeline.worker(worker);
    timeline.stamp(Stage.RETURNED, returned);
    now.set(returned + part(parts, "respond"));
    var report =
        new InferenceOutcome.JobReport(timeline, 1, "w", "cpu", 1, BatchReason.IDLE, false, 0);
    var done =
        new JobOutcome.Done(1, 1, FakeDispatcher.EMPTY.getBytes(StandardCharsets.UTF_8), null);
    return new InferenceOutcome(new InferenceOutcome.Completed(List.of(done)), List.of(report), 0);
  }

  private static long part(Map<String, Long> parts, String name) {
    return parts.getOrDefault(name, 0L);
  }

  private static double millis(Map<String, Double> timing, String part) {
    return timing.getOrDefault(part, Double.NaN);
  }

  private static double seconds(TestApi.Reply reply, String header) {
    assertThat(reply.header(header)).matches("\\d+\\.\\d+");
    return Double.parseDouble(reply.header(header));
  }
}
