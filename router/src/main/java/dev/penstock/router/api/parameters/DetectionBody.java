package dev.penstock.router.api.parameters;

import dev.penstock.job.Confidence;
import dev.penstock.job.Drawing;
import dev.penstock.job.JobParameters;
import dev.penstock.job.MaskFormat;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /infer/object_detection}. Members it does not know are ignored.
 *
 * @param modelId as the client spells it, empty when it sent null
 * @param inferenceId what the client wants the answer called, null when it does not care
 * @param images the image objects
 * @param list whether they came as a list, so that the answer is one too
 * @param job what the model is asked
 */
public record DetectionBody(
    String modelId,
    @Nullable String inferenceId,
    List<ImageObject> images,
    boolean list,
    JobParameters job) {
  private static final String IMAGE = "image";
  private static final String AS_LIST = "list[InferenceRequestImage]";
  private static final String AS_OBJECT = "InferenceRequestImage";

  public DetectionBody {
    images = List.copyOf(images);
  }

  /**
   * One image as the client declares it.
   *
   * @param type {@code base64}, {@code url} or another word
   * @param value depends on the type
   */
  public record ImageObject(String type, @Nullable Object value) {}

  /**
   * Reads a body.
   *
   * @throws dev.penstock.router.api.exchange.ApiException with status 422 when it does not fit
   */
  public static DetectionBody parse(JsonObject body) {
    var problems = new Problems();
    Fields fields = Fields.body(body, problems);
    if (!body.containsKey("model_id")) {
      problems.missing(List.of("body", "model_id"));
    }
    String modelId = fields.text("model_id");
    List<ImageObject> images = images(body, problems);
    Drawing drawing =
        DrawingFields.read(fields, "visualization_labels", "visualization_stroke_width");
    boolean visualize = fields.truth("visualize_predictions", false);
    var job =
        new JobParameters(
            fields.confidence("confidence", Confidence.of(JobParameters.DEFAULT_CONFIDENCE)),
            fields.number("iou_threshold", JobParameters.DEFAULT_IOU_THRESHOLD),
            fields.count("max_detections", JobParameters.DEFAULT_MAX_DETECTIONS),
            fields.truth("class_agnostic_nms", false),
            fields.texts("class_filter"),
            0,
            MaskFormat.POLYGON,
            DisabledSteps.read(fields),
            visualize ? drawing : null);
    String inferenceId = fields.text("id");
    problems.raise();
    return new DetectionBody(
        modelId == null ? "" : modelId,
        inferenceId,
        images,
        body.getValue(IMAGE) instanceof JsonArray,
        job);
  }

  private static List<ImageObject> images(JsonObject body, Problems problems) {
    if (!body.containsKey(IMAGE)) {
      problems.missing(List.of("body", IMAGE));
      return List.of();
    }
    Object value = body.getValue(IMAGE);
    var images = new ArrayList<ImageObject>();
    if (value instanceof JsonArray list) {
      for (int i = 0; i < list.size(); i++) {
        add(images, list.getValue(i), List.of("body", IMAGE, AS_LIST, i), problems);
      }
      return images;
    }
    if (!(value instanceof JsonObject)) {
      problems.add(
          "list_type", List.of("body", IMAGE, AS_LIST), "Input should be a valid list", value);
    }
    add(images, value, List.of("body", IMAGE, AS_OBJECT), problems);
    return images;
  }

  private static void add(
      List<ImageObject> images, @Nullable Object value, List<Object> location, Problems problems) {
    if (!(value instanceof JsonObject image)) {
      problems.notAnObject(location, value);
      return;
    }
    var typeLocation = new ArrayList<>(location);
    typeLocation.add("type");
    if (!image.containsKey("type")) {
      problems.missing(typeLocation);
    } else if (image.getValue("type") instanceof String type) {
      images.add(new ImageObject(type, image.getValue("value")));
    } else {
      problems.add(
          "string_type", typeLocation, "Input should be a valid string", image.getValue("type"));
    }
  }
}
