package dev.penstock.router.api.parameters;

import dev.penstock.job.Confidence;
import dev.penstock.job.Drawing;
import dev.penstock.job.JobParameters;
import dev.penstock.job.MaskFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The query of {@code /{dataset}/{version}}. Parameters it does not know are ignored.
 *
 * @param job what the model is asked
 * @param format what comes back
 * @param imageUrl where the image is to be fetched, null when it is in the body
 * @param imageType how the body is to be read, {@code base64} unless the client says otherwise
 */
public record LegacyParameters(
    JobParameters job, Format format, @Nullable String imageUrl, String imageType) {
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
    var format = Format.of(fields.text("format"));
    Drawing drawing = DrawingFields.read(fields, "labels", "stroke");
    String type = fields.text("image_type");
    String url = fields.text("image");
    var job =
        new JobParameters(
            fraction(
                fields.confidence("confidence", Confidence.of(JobParameters.DEFAULT_CONFIDENCE))),
            fraction(fields.number("overlap", JobParameters.DEFAULT_IOU_THRESHOLD)),
            fields.count("max_detections", JobParameters.DEFAULT_MAX_DETECTIONS),
            false,
            names(fields.text("classes")),
            0,
            MaskFormat.POLYGON,
            DisabledSteps.read(fields),
            format == Format.JSON ? null : drawing);
    problems.raise();
    return new LegacyParameters(
        job, format, url == null || url.isEmpty() ? null : url, type == null ? "base64" : type);
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
