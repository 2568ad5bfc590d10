package dev.penstock.router.dispatch;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.ColorMode;
import dev.penstock.model.ModelDescription.ForwardPass;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.PostProcessing;
import dev.penstock.model.ModelDescription.Preprocessing;
import dev.penstock.model.ModelDescription.ResizeMode;
import dev.penstock.model.ModelPackage;
import dev.penstock.router.admission.Caller;
import dev.penstock.router.admission.Priority;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Requests for predictions, as the public API admits them. */
public final class Requests {
  public static final Duration TIMEOUT = Duration.ofSeconds(30);

  private Requests() {}

  public static InferenceRequest request(String model, int images, long startedNanos) {
    return request(model, images, startedNanos, TIMEOUT);
  }

  /** A request whose images hold their index. */
  public static InferenceRequest request(
      String model, int images, long startedNanos, Duration timeout) {
    return request(
        model,
        IntStream.range(0, images).mapToObj(index -> new byte[] {(byte) index}).toList(),
        startedNanos,
        timeout);
  }

  public static InferenceRequest request(
      String model, List<byte[]> payloads, long startedNanos, Duration timeout) {
    return new InferenceRequest(
        "request",
        Caller.ANONYMOUS,
        Priority.NORMAL,
        modelPackage(model),
        payloads,
        JobParameters.DEFAULTS,
        startedNanos,
        startedNanos,
        timeout);
  }

  public static ModelRef ref(String model) {
    return new ModelRef(model, "digest-of-" + model);
  }

  public static ModelPackage modelPackage(String model) {
    return new ModelPackage(
        model,
        ref(model).digest(),
        Path.of("models", model),
        List.of(),
        new ModelDescription(
            "yolov8",
            "object-detection",
            List.of("a", "b"),
            new NetworkInput(
                640, 640, 3, ColorMode.RGB, ResizeMode.LETTERBOX, 127, 255.0, null, false),
            new Preprocessing(null, false, null),
            new ForwardPass(null, null),
            new PostProcessing("nms", false)));
  }
}
