package dev.penstock.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.cluster.ControlMessage.Backlog;
import dev.penstock.cluster.ControlMessage.Cancel;
import dev.penstock.cluster.ControlMessage.Executing;
import dev.penstock.cluster.ControlMessage.HandBack;
import dev.penstock.cluster.ControlMessage.Held;
import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.Load;
import dev.penstock.cluster.ControlMessage.LoadFailed;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Progress;
import dev.penstock.cluster.ControlMessage.Renew;
import dev.penstock.cluster.ControlMessage.Resident;
import dev.penstock.cluster.ControlMessage.Ring;
import dev.penstock.cluster.ControlMessage.State;
import dev.penstock.cluster.ControlMessage.Unload;
import dev.penstock.cluster.ControlMessage.Waiting;
import dev.penstock.cluster.ControlMessage.Want;
import dev.penstock.cluster.ControlMessage.Wants;
import dev.penstock.cluster.ControlMessage.Welcome;
import dev.penstock.cluster.ControlMessage.WorkerState;
import dev.penstock.job.JobId;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ControlCodecTest {
  private static final ModelRef COCO = new ModelRef("Größe \"1\"/日本", "digest");
  private static final JobId JOB = new JobId("incarnation", Long.MAX_VALUE);

  static Stream<ControlMessage> messages() {
    return Stream.of(
        new Hello("w 1", "instance", "cuda:0"),
        new State(WorkerState.DRAINING, List.of(new Resident("coco/1", "digest", 1L << 40))),
        new State(
            WorkerState.READY,
            List.of(new Resident("coco/1", "digest", 0)),
            List.of(new Progress("coco/1", 1L << 61, 1L << 33), new Progress("zoo/1", 0, 0)),
            null),
        new State(WorkerState.LOADING, List.of()),
        new State(WorkerState.FAILING, List.of(), List.of(), "a \"reason\""),
        new Wants(Want.IDLE),
        new Renew(
            List.of(new Progress("coco/1", Long.MAX_VALUE, 7)),
            List.of(new Held(JOB, -1), new Held(JOB, 1L << 50))),
        new Executing(List.of(JOB, JOB), false),
        new Executing(List.of(JOB), true),
        new Executing(List.of(), false),
        new HandBack(List.of(JOB)),
        new LoadFailed(COCO, "a \"reason\"\nof two lines"),
        new Welcome("incarnation", List.of(COCO), List.of("coco/1")),
        new Welcome("incarnation", List.of(), List.of(), Map.of("coco/1", 7L, "zoo/1", 1L << 61)),
        new Ring(COCO),
        new Backlog(List.of(new Waiting(COCO, 3, 1L << 40, 1L << 60))),
        new Backlog(List.of()),
        new Cancel(List.of(JOB, JOB)),
        new Load(COCO),
        new Unload(COCO));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void what_is_written_is_read_back(ControlMessage message) {
    assertThat(ControlCodec.decode(ControlCodec.encode(message))).isEqualTo(message);
  }

  @Test
  void there_is_a_sample_of_every_message() {
    List<String> sampled = messages().map(message -> message.getClass().getName()).toList();
    assertThat(sampled)
        .containsAll(names(ControlMessage.FromWorker.class))
        .containsAll(names(ControlMessage.FromRouter.class));
  }

  private static List<String> names(Class<?> side) {
    return Stream.of(side.getPermittedSubclasses()).map(Class::getName).toList();
  }

  /** Which knows the states loading, ready and draining. */
  @Test
  void a_router_of_the_first_version_takes_a_failing_worker_for_one_that_serves_nothing_yet() {
    var json =
        new JsonObject(
            ControlCodec.encode(
                new State(WorkerState.FAILING, List.of(), List.of(), "its device fails")));

    assertThat(json.getString("state")).isEqualTo("LOADING");
  }

  @Test
  void a_message_of_an_unknown_type_is_nothing_and_unknown_members_are_passed_over() {
    assertThat(ControlCodec.decode("{\"t\":\"later\",\"x\":1}")).isNull();
    assertThat(ControlCodec.decode("{}")).isNull();
    assertThat(ControlCodec.decode("{\"t\":\"wants\",\"want\":\"ROOM\",\"later\":[1]}"))
        .isEqualTo(new Wants(Want.ROOM));
  }

  @Test
  void who_does_not_speak_of_virtual_time_is_understood() {
    assertThat(ControlCodec.decode("{\"t\":\"renew\",\"virtualTime\":5,\"leases\":[]}"))
        .isEqualTo(new Renew(List.of(), List.of()));
    assertThat(ControlCodec.decode("{\"t\":\"state\",\"state\":\"READY\",\"residents\":[]}"))
        .isEqualTo(new State(WorkerState.READY, List.of()));
    assertThat(ControlCodec.decode("{\"t\":\"welcome\",\"incarnation\":\"i\"}"))
        .isEqualTo(new Welcome("i", List.of(), List.of()));
    assertThat(
            ControlCodec.decode(
                "{\"t\":\"backlog\",\"queues\":[{\"model\":\"a/1\",\"digest\":\"d\",\"jobs\":2}]}"))
        .isEqualTo(new Backlog(List.of(new Waiting(new ModelRef("a/1", "d"), 2, 0))));
  }

  @Test
  void words_of_a_later_version_mean_that_nothing_can_be_given_to_the_worker() {
    assertThat(ControlCodec.decode("{\"t\":\"wants\",\"want\":\"ALL\"}"))
        .isEqualTo(new Wants(Want.NOTHING));
    assertThat(ControlCodec.decode("{\"t\":\"state\",\"state\":\"NAPPING\"}"))
        .isEqualTo(new State(WorkerState.LOADING, List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{\"t\":\"wants\"}",
        "{\"t\":\"ring\",\"model\":\"a/1\"}",
        "{\"t\":\"renew\",\"leases\":[[\"x\"]]}",
        "{\"t\":\"renew\",\"progress\":[[\"x\"]]}",
        "{\"t\":\"welcome\",\"incarnation\":\"i\",\"virtualTimes\":{\"a/1\":\"x\"}}",
        "{\"t\":\"cancel\",\"jobs\":[7]}"
      })
  void what_is_no_control_message_is_refused_with_its_text(String text) {
    assertThatThrownBy(() -> ControlCodec.decode(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a control message")
        .hasMessageContaining(text);
  }
}
