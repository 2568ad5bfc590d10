package dev.penstock.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlCodec;
import dev.penstock.cluster.ControlMessage;
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
import dev.penstock.job.AttemptResult;
import dev.penstock.job.BatchReason;
import dev.penstock.job.Confidence;
import dev.penstock.job.Drawing;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.JobParameters;
import dev.penstock.job.MaskFormat;
import dev.penstock.job.PreprocessStep;
import dev.penstock.job.timing.WorkerTimings;
import dev.penstock.job.wire.Claim;
import dev.penstock.job.wire.Frame;
import dev.penstock.job.wire.ResultCodec;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The bytes between routers and workers. {@code current.hex} is what this version writes; {@code
 * first.hex} is what the first one wrote, before there were fair tags, suspects and failing
 * workers. A router and a worker one version apart work together: so every form is read, and what a
 * later version adds is passed over.
 */
class WireFormsTest {
  private static final GoldenForms CURRENT = GoldenForms.of("current.hex");
  private static final GoldenForms FIRST = GoldenForms.of("first.hex");

  private static final JobId ID = new JobId("7f9c-r1", 42);
  private static final ModelRef COCO = new ModelRef("coco/1", "d1ce");
  private static final JobParameters PARAMETERS =
      new JobParameters(
          Confidence.of(0.25),
          0.5,
          17,
          true,
          List.of("Größe"),
          0.1,
          MaskFormat.RLE,
          Set.of(PreprocessStep.GRAYSCALE),
          new Drawing(true, 3));

  private static final Map<String, ControlMessage> MESSAGES = messages();

  private static Map<String, ControlMessage> messages() {
    var messages = new LinkedHashMap<String, ControlMessage>();
    messages.put("hello", new Hello("w1", "instance", "cuda:0"));
    messages.put(
        "state",
        new State(
            WorkerState.READY,
            List.of(new Resident("coco/1", "d1ce", 5_000_000)),
            List.of(new Progress("coco/1", 99, 12)),
            null));
    messages.put(
        "failing", new State(WorkerState.FAILING, List.of(), List.of(), "its device fails"));
    messages.put("wants", new Wants(Want.ROOM));
    messages.put(
        "renew",
        new Renew(List.of(new Progress("coco/1", 99, 12)), List.of(new Held(ID, 1_500_000))));
    messages.put("executing", new Executing(List.of(ID), true));
    messages.put("handBack", new HandBack(List.of(ID)));
    messages.put("loadFailed", new LoadFailed(COCO, "no such operator"));
    messages.put(
        "welcome", new Welcome("7f9c-r1", List.of(COCO), List.of("coco/1"), Map.of("coco/1", 99L)));
    messages.put("ring", new Ring(COCO));
    messages.put("backlog", new Backlog(List.of(new Waiting(COCO, 3, 250_000_000, 99))));
    messages.put("cancel", new Cancel(List.of(ID)));
    messages.put("load", new Load(COCO));
    messages.put("unload", new Unload(COCO));
    return messages;
  }

  private static JobDescriptor descriptor() {
    return new JobDescriptor(ID, "coco/1", "d1ce", 1_234_567, 1_250_000);
  }

  private static Claim claim() {
    return new Claim("w1", "instance", "cuda:0", "claim-1", List.of(ID));
  }

  private static Claim.Granted granted(boolean alone) {
    return new Claim.Granted(
        ID, 2, "token", 29_000_000_000L, PARAMETERS, "JPEG".getBytes(UTF_8), alone);
  }

  private static List<AttemptResult> results() {
    var timings = new WorkerTimings(9, 1, 2, 3, 4, 5);
    return List.of(
        new AttemptResult(
            ID,
            2,
            "token",
            new JobOutcome.Done(640, 480, "{}".getBytes(UTF_8), "PIC".getBytes(UTF_8)),
            timings,
            8,
            BatchReason.FULL,
            7),
        new AttemptResult(
            new JobId("7f9c-r1", 43),
            1,
            "other",
            new JobOutcome.Failed(JobOutcome.Reason.DEVICE, "The device failed"),
            timings,
            0,
            BatchReason.IDLE,
            0));
  }

  /** Everything, as this version writes it. */
  private static Map<String, byte[]> written() {
    var written = new LinkedHashMap<String, byte[]>();
    written.put("descriptor", descriptor().toBytes());
    written.put("claim", claim().toJson().toBuffer().getBytes());
    written.put("claimAnswer", Claim.answer(List.of(granted(true))).toBuffer().getBytes());
    written.put("results", ResultCodec.encode(results()).toBuffer().getBytes());
    MESSAGES.forEach(
        (name, message) -> written.put(name, ControlCodec.encode(message).getBytes(UTF_8)));
    return written;
  }

  /**
   * When this fails, the form has changed: see to it that the version before reads the new one,
   * keep the old bytes under the name of that version with a test that reads them, and write the
   * new ones, which the failure shows, to {@code current.hex}.
   */
  @Test
  void what_is_written_is_what_it_was() {
    var hex = new TreeMap<String, String>();
    written().forEach((name, bytes) -> hex.put(name, HexFormat.of().formatHex(bytes)));
    var golden = new TreeMap<String, String>();
    CURRENT.forms().forEach((name, bytes) -> golden.put(name, HexFormat.of().formatHex(bytes)));

    assertThat(hex).isEqualTo(golden);
  }

  @Test
  void what_was_written_is_read() {
    assertThat(JobDescriptor.fromBytes(CURRENT.bytes("descriptor"))).isEqualTo(descriptor());
    assertThat(Claim.fromJson(new JsonObject(CURRENT.text("claim")))).isEqualTo(claim());
    assertGranted(frame(CURRENT.bytes("claimAnswer")), granted(true));
    assertThat(ResultCodec.decode(frame(CURRENT.bytes("results")))).isEqualTo(results());
  }

  static Stream<String> kinds() {
    return MESSAGES.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void what_was_said_is_understood(String kind) {
    assertThat(ControlCodec.decode(CURRENT.text(kind))).isEqualTo(MESSAGES.get(kind));
  }

  private static Frame frame(byte[] bytes) {
    return Frame.parse(Buffer.buffer(bytes));
  }

  private static void assertGranted(Frame answer, Claim.Granted expected) {
    List<Claim.Granted> granted = Claim.readAnswer(answer);
    assertThat(granted).hasSize(1);
    assertThat(granted.get(0)).usingRecursiveComparison().isEqualTo(expected);
  }

  @Test
  void what_the_first_version_wrote_is_read() {
    assertThat(JobDescriptor.fromBytes(FIRST.bytes("descriptor")))
        .isEqualTo(new JobDescriptor(ID, "coco/1", "d1ce", 1_234_567));
    assertThat(Claim.fromJson(new JsonObject(FIRST.text("claim")))).isEqualTo(claim());
    assertGranted(frame(FIRST.bytes("claimAnswer")), granted(false));
    assertThat(ResultCodec.decode(frame(FIRST.bytes("results")))).isEqualTo(results());
    assertThat(ControlCodec.decode(FIRST.text("state")))
        .isEqualTo(
            new State(WorkerState.READY, List.of(new Resident("coco/1", "d1ce", 5_000_000))));
    assertThat(ControlCodec.decode(FIRST.text("renew")))
        .isEqualTo(new Renew(List.of(), List.of(new Held(ID, 1_500_000))));
    assertThat(ControlCodec.decode(FIRST.text("welcome")))
        .isEqualTo(new Welcome("7f9c-r1", List.of(COCO), List.of("coco/1")));
    assertThat(ControlCodec.decode(FIRST.text("backlog")))
        .isEqualTo(new Backlog(List.of(new Waiting(COCO, 3, 250_000_000))));
  }

  /** Members and fields that come later, everywhere. */
  @ParameterizedTest
  @MethodSource("kinds")
  void what_a_later_version_adds_to_a_message_is_passed_over(String kind) {
    String later = added(new JsonObject(CURRENT.text(kind))).encode();

    assertThat(ControlCodec.decode(later)).isEqualTo(MESSAGES.get(kind));
  }

  @Test
  void what_a_later_version_adds_to_claims_and_results_is_passed_over() {
    assertThat(Claim.fromJson(added(new JsonObject(CURRENT.text("claim"))))).isEqualTo(claim());
    assertGranted(later(frame(CURRENT.bytes("claimAnswer"))), granted(true));
    assertThat(ResultCodec.decode(later(frame(CURRENT.bytes("results"))))).isEqualTo(results());
  }

  @Test
  void what_a_later_version_appends_to_a_descriptor_is_passed_over() {
    byte[] now = CURRENT.bytes("descriptor");
    byte[] later = Arrays.copyOf(now, now.length + 9);
    later[0] = 2;

    assertThat(JobDescriptor.fromBytes(later)).isEqualTo(descriptor());
  }

  private static Frame later(Frame frame) {
    JsonObject head = frame.head().copy();
    head.remove("parts");
    return new Frame(added(head).put("version", 2), frame.parts());
  }

  /**
   * The same with a member more in every object, and an item more in every array of a fixed form.
   */
  private static JsonObject added(JsonObject json) {
    var more = new JsonObject();
    json.forEach(member -> more.put(member.getKey(), added(member.getValue())));
    return json.containsKey("coco/1") ? more : more.put("later", new JsonArray().add(1));
  }

  private static Object added(Object value) {
    if (value instanceof JsonObject object) {
      return added(object);
    }
    if (value instanceof JsonArray array) {
      var more = new JsonArray();
      array.forEach(item -> more.add(added(item)));
      boolean fixed = array.size() > 1 && !(array.getValue(1) instanceof JsonObject);
      return fixed ? more.add(1) : more;
    }
    return value;
  }

  @ParameterizedTest
  @ValueSource(strings = {"failed", "batchReason"})
  void a_result_with_a_word_of_a_later_version_is_read_as_good_as_can_be(String member) {
    Frame frame = frame(CURRENT.bytes("results"));
    JsonObject head = frame.head().copy();
    head.getJsonArray("results").getJsonObject(1).put(member, "QUARANTINED");

    assertThat(ResultCodec.decode(new Frame(head, frame.parts()))).isEqualTo(results());
  }

  @Test
  void parameters_with_words_of_a_later_version_are_read_as_if_they_were_not_there() {
    JsonObject json =
        PARAMETERS
            .toJson()
            .put("confidence", "adaptive")
            .put("maskFormat", "BITMAP")
            .put("disabled", JsonArray.of("GRAYSCALE", "DENOISE"));

    JobParameters read = JobParameters.fromJson(json);

    assertThat(read.confidence()).isEqualTo(new Confidence(Confidence.Mode.DEFAULT, 0));
    assertThat(read.maskFormat()).isEqualTo(MaskFormat.POLYGON);
    assertThat(read.disabled()).containsExactly(PreprocessStep.GRAYSCALE);
  }
}
