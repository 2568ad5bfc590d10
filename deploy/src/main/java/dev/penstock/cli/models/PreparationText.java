package dev.penstock.cli.models;

import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.Preprocessing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** In words, how pictures are prepared for a model. */
final class PreparationText {
  private PreparationText() {}

  static String of(ModelDescription description) {
    List<String> steps = new ArrayList<>();
    Preprocessing before = description.preprocessing();
    if (before.staticCrop() != null) {
      var crop = before.staticCrop();
      steps.add(
          "crop x %d-%d %%, y %d-%d %%"
              .formatted(crop.xMin(), crop.xMax(), crop.yMin(), crop.yMax()));
    }
    if (before.grayscale()) {
      steps.add("grayscale");
    }
    if (before.contrast() != null) {
      steps.add(before.contrast().label().toLowerCase(Locale.ROOT));
    }
    NetworkInput input = description.input();
    steps.add(resize(input));
    steps.add(input.channels() == 1 ? "grey" : input.colorMode().name());
    if (input.scalingFactor() != null) {
      steps.add("divided by %.0f".formatted(input.scalingFactor()));
    }
    if (input.normalization() != null) {
      var normalization = input.normalization();
      steps.add(
          "normalized by mean %s and deviation %s"
              .formatted(normalization.mean(), normalization.deviation()));
    }
    return String.join(", ", steps);
  }

  private static String resize(NetworkInput input) {
    String size = input.width() + "x" + input.height();
    return switch (input.resizeMode()) {
      case STRETCH -> "stretched to " + size;
      case STRETCH_ANTIALIASED -> "stretched to " + size + " antialiased";
      case CENTER_SQUARE -> "middle square scaled to " + size;
      case LETTERBOX, LETTERBOX_REFLECT_EDGES, LETTERBOX_ROUNDED ->
          "letterbox in %s, padded with %d".formatted(size, input.paddingValue());
      case LETTERBOX_TOP_LEFT ->
          "in the upper left corner of %s, padded with %d".formatted(size, input.paddingValue());
      case CENTER_CROP -> "middle of " + size + " cut out";
      case SHORTER_EDGE_CROP ->
          "shorter edge scaled%s and middle cut to %s"
              .formatted(
                  input.datasetSize() == null ? "" : " to " + input.datasetSize().width(), size);
      case FIT_LONGER_EDGE -> "fit in " + size;
    };
  }
}
