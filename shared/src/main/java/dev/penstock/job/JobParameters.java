package dev.penstock.job;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks of the model, as it travels to the worker. Unknown members are ignored and
 * missing ones take their default, so that a router and a worker one version apart understand each
 * other.
 *
 * @param confidence predictions below are left out
 * @param iouThreshold overlap (intersection over union) above which the weaker of two boxes is
 *     suppressed, 0 to 1
 * @param maxDetections most detections in an answer
 * @param classAgnosticNms whether boxes of different classes suppress each other
 * @param classFilter names of the classes to keep, applied last; empty keeps all
 * @param keypointConfidence key-points below are left out; 0 leaves the choice to the model
 * @param maskFormat how masks of objects are written down
 * @param disabled preprocessing steps to leave out
 * @param drawing how to draw the predictions, or null for no picture
 */
public record JobParameters(
    Confidence confidence,
    double iouThreshold,
    int maxDetections,
    boolean classAgnosticNms,
    List<String> classFilter,
    double keypointConfidence,
    MaskFormat maskFormat,
    Set<PreprocessStep> disabled,
    @Nullable Drawing drawing) {
  public static final double DEFAULT_CONFIDENCE = 0.4;
  public static final double DEFAULT_IOU_THRESHOLD = 0.3;
  public static final int DEFAULT_MAX_DETECTIONS = 300;

  /** What a request that says nothing asks for. */
  public static final JobParameters DEFAULTS =
      new JobParameters(
          Confidence.of(DEFAULT_CONFIDENCE),
          DEFAULT_IOU_THRESHOLD,
          DEFAULT_MAX_DETECTIONS,
          false,
          List.of(),
          0,
          MaskFormat.POLYGON,
          Set.of(),
          null);

  public JobParameters {
    classFilter = List.copyOf(classFilter);
    disabled = Set.copyOf(disabled);
  }

  public JsonObject toJson() {
    var json =
        new JsonObject()
            .put("confidence", confidence.toString())
            .put("iouThreshold", iouThreshold)
            .put("maxDetections", maxDetections)
            .put("classAgnosticNms", classAgnosticNms)
            .put("classFilter", new JsonArray(classFilter))
            .put("keypointConfidence", keypointConfidence)
            .put("maskFormat", maskFormat.name())
            .put("disabled", new JsonArray(disabled.stream().map(Enum::name).toList()));
    if (drawing != null) {
      json.put(
          "drawing",
          new JsonObject().put("labels", drawing.labels()).put("stroke", drawing.stroke()));
    }
    return json;
  }

  public static JobParameters fromJson(JsonObject json) {
    JsonObject drawing = json.getJsonObject("drawing");
    return new JobParameters(
        Confidence.read(json.getString("confidence", DEFAULTS.confidence.toString())),
        json.getDouble("iouThreshold", DEFAULT_IOU_THRESHOLD),
        json.getInteger("maxDetections", DEFAULT_MAX_DETECTIONS),
        json.getBoolean("classAgnosticNms", false),
        strings(json.getJsonArray("classFilter")),
        json.getDouble("keypointConfidence", 0.0),
        KnownName.of(MaskFormat.class, json.getString("maskFormat"), MaskFormat.POLYGON),
        steps(strings(json.getJsonArray("disabled"))),
        drawing == null
            ? null
            : new Drawing(drawing.getBoolean("labels", false), drawing.getInteger("stroke", 1)));
  }

  /** Those of the names that this version knows. */
  private static Set<PreprocessStep> steps(List<String> names) {
    return Arrays.stream(PreprocessStep.values())
        .filter(step -> names.contains(step.name()))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(PreprocessStep.class)));
  }

  private static List<String> strings(@Nullable JsonArray array) {
    return array == null ? List.of() : array.stream().map(String.class::cast).toList();
  }
}
