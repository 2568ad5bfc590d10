package dev.penstock.router.api.parameters;

import dev.penstock.job.Confidence;
import dev.penstock.job.Drawing;
import dev.penstock.job.JobParameters;
import dev.penstock.job.MaskFormat;
import dev.penstock.job.PreprocessStep;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The query of {@code /{dataset}/{version}}. Parameters it does not know are ignored.
 *
 * @param job what the model is asked
 * @param masks how fine masks are asked for
 * @param format what comes back
 * @param imageUrl where the image is to be fetched, null when it is in the body
 * @param imageType how the body is to be read, {@code base64} unless the client says otherwise
 */
public record LegacyParameters(
    JobParameters job,
    MaskDecoding masks,
    Format format,
    @Nullable String imageUrl,
    String imageType) {
  private static final double LOWEST_CONFIDENCE = 0.01;

  /** What comes back. */
  public enum Format {
    JSON,
    IMAGE,
    IMAGE_AND_JSON;

    static Format of(@Nullable String name) {
      return "image".equals(name) ? IMAGE : "image_and_json".equals(name) ? IMAGE_AND_JSON : JSON;
    }
  }

  /**
   * Reads a query.
   *
   * @param last gives the last value of a parameter, null when it is not there
   * @throws dev.penstock.router.api.exchange.ApiException with status 422 when values do not fit
   */
  public static LegacyParameters parse(Function<String, @Nullable String> last) {
    var problems = new Problems();
    Fields fields = Fields.query(last, problems);
    // In the order in which the reference server lists problems.
    Confidence confidence =
        fraction(fields.confidence("confidence", Confidence.of(JobParameters.DEFAULT_CONFIDENCE)));
    double keypointConfidence = fields.number("keypoint_confidence", 0);
    var format = Format.of(fields.text("format"));
    String url = fields.text("image");
    String type = fields.text("image_type");
    boolean labels = fields.truth("labels", false);
    fields.truth("allow_reduced_mask_resolution", false);
    MaskDecoding masks = MaskDecoding.read(fields);
    int maxDetections = fields.count("max_detections", JobParameters.DEFAULT_MAX_DETECTIONS);
    double overlap = fraction(fields.number("overlap", JobParameters.DEFAULT_IOU_THRESHOLD));
    int stroke = DrawingFields.stroke(fields, "stroke");
    // Usage, monitoring and active learning mean nothing here, but what they are given must fit.
    fields.truth("countinference", true);
    Set<PreprocessStep> disabled = DisabledSteps.read(fields);
    fields.truth("disable_active_learning", false);
    fields.truth("disable_model_monitoring", false);
    MaskFormat maskFormat = fields.withCorners(fields.maskFormat("response_mask_format"));
    var job =
        new JobParameters(
            confidence,
            overlap,
            maxDetections,
            false,
            names(fields.text("classes")),
            keypointConfidence,
            maskFormat,
            disabled,
            format == Format.JSON ? null : new Drawing(labels, stroke));
    problems.raise();
    return new LegacyParameters(
        job,
        masks,
        format,
        url == null || url.isEmpty() ? null : url,
        type == null ? "base64" : type);
  }

  /** From 1 on it is a percentage, so that 1 is one percent. */
  private static double fraction(double value) {
    return value >= 1 ? value / 100 : value;
  }

  private static Confidence fraction(Confidence confidence) {
    return confidence.mode() == Confidence.Mode.VALUE
        ? Confidence.of(Math.max(fraction(confidence.value()), LOWEST_CONFIDENCE))
        : confidence;
  }

  private static List<String> names(@Nullable String list) {
    return list == null
        ? List.of()
        : Stream.of(list.split(",")).map(String::strip).filter(name -> !name.isEmpty()).toList();
  }
}
