package dev.penstock.router.api.parameters;

import dev.penstock.job.JobParameters;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /infer/{task}}. It has the fields of its task, also when it names a model
 * of another one, which then runs with the defaults of what its own endpoint would have asked.
 * Members that the task does not have are ignored.
 *
 * @param modelId as the client spells it, empty when it sent null
 * @param inferenceId what the client wants the answer called, null when it does not care
 * @param images the image objects
 * @param list whether they came as a list, so that the answer is one too
 * @param job what the model is asked
 * @param masks how fine masks are asked for
 */
public record TaskBody(
    String modelId,
    @Nullable String inferenceId,
    List<ImageObject> images,
    boolean list,
    JobParameters job,
    MaskDecoding masks) {

  public TaskBody {
    images = List.copyOf(images);
  }

  /**
   * Reads a body. Fields are read in the order in which the reference server lists their problems.
   *
   * @throws dev.penstock.router.api.exchange.ApiException with status 422 when it does not fit
   */
  public static TaskBody parse(InferenceTask task, JsonObject body) {
    var problems = new Problems();
    Fields fields = Fields.body(body, problems);
    String inferenceId = fields.name("id");
    acceptUsage(fields);
    if (!body.containsKey("model_id")) {
      problems.missing(List.of("body", "model_id"));
    }
    String modelId = fields.text("model_id");
    if (task != InferenceTask.CLASSIFICATION && task != InferenceTask.SEMANTIC_SEGMENTATION) {
      fields.text("model_type");
    }
    List<ImageObject> images = ImageObject.read(body, problems);
    TaskFields asked = TaskFields.read(task, fields);
    problems.raise();
    return new TaskBody(
        modelId == null ? "" : modelId,
        inferenceId,
        images,
        body.getValue(ImageObject.FIELD) instanceof JsonArray,
        asked.job(),
        asked.masks());
  }

  /** What tells the hosted API whom to bill and what to watch; of no use here. */
  private static void acceptUsage(Fields fields) {
    fields.secret("api_key");
    fields.truthUnlessNull("usage_billable", true);
    fields.number("start", 0);
    fields.text("source");
    fields.text("source_info");
    fields.text("stream_pipeline_context_id");
    fields.truth("disable_model_monitoring", false);
  }
}
