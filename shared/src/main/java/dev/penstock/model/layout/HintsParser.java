package dev.penstock.model.layout;

import dev.penstock.model.ModelDescription.ColorMode;
import dev.penstock.model.ModelDescription.DatasetSize;
import dev.penstock.model.ModelDescription.Normalization;
import dev.penstock.model.ModelDescription.ResizeMode;
import dev.penstock.model.PackageException;
import dev.penstock.model.export.ExportHints;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads an {@code inference_config.json} that lies beside a bare export without {@code
 * model_config.json}: each of its members may be missing.
 */
final class HintsParser {
  private static final int COLOURS = 3;

  private HintsParser() {}

  /**
   * @throws PackageException when a member is wrong
   */
  static ExportHints parse(String inferenceConfig) throws PackageException {
    JsonSection config =
        DescriptionParser.document(PackageSource.INFERENCE_CONFIG, inferenceConfig);
    JsonSection input = config.section("network_input");
    JsonSection size = input.section("training_input_size");
    int channels = input.has("input_channels") ? input.integer("input_channels", 1) : COLOURS;
    Double scale = input.number("scaling_factor");
    if (scale != null && scale == 0) {
      throw input.wrong("scaling_factor", "a number other than 0", scale);
    }
    Normalization normalization = DescriptionParser.normalization(input, channels);
    return new ExportHints(
        List.of(),
        config.has("task_type") ? config.text("task_type") : null,
        size.optionalInteger("width", 1),
        size.optionalInteger("height", 1),
        choice(input, "resize_mode", ResizeMode.values()),
        input.optionalInteger("padding_value", 0),
        choice(input, "color_mode", ColorMode.values()),
        scale,
        normalization,
        shorterEdge(input));
  }

  private static <E extends Enum<E>> @Nullable E choice(JsonSection input, String name, E[] choices)
      throws PackageException {
    return input.has(name) ? DescriptionParser.choice(input, name, choices) : null;
  }

  private static @Nullable DatasetSize shorterEdge(JsonSection input) throws PackageException {
    Integer edge = input.optionalInteger("shorter_edge", 1);
    return edge == null ? null : new DatasetSize(edge, edge);
  }
}
