package dev.penstock.model.export;

import dev.penstock.model.ModelDescription.ColorMode;
import dev.penstock.model.ModelDescription.DatasetSize;
import dev.penstock.model.ModelDescription.Normalization;
import dev.penstock.model.ModelDescription.ResizeMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What files beside an export say of it, each part only where it is said. They go before what is
 * known of the tool.
 *
 * @param classNames by class id; empty when nothing is said
 * @param task as the hosted API names it
 * @param width of the network's input, in pixels
 * @param height of the network's input, in pixels
 * @param scale pixels are divided by it; 1 leaves them as they are
 * @param datasetSize what the shorter edge is scaled to before the middle is cut out
 */
public record ExportHints(
    List<String> classNames,
    @Nullable String task,
    @Nullable Integer width,
    @Nullable Integer height,
    @Nullable ResizeMode resize,
    @Nullable Integer padding,
    @Nullable ColorMode color,
    @Nullable Double scale,
    @Nullable Normalization normalization,
    @Nullable DatasetSize datasetSize) {
  private static final double PIXELS = 255;

  /** Nothing. */
  public static final ExportHints NONE =
      new ExportHints(List.of(), null, null, null, null, null, null, null, null, null);

  public ExportHints {
    classNames = List.copyOf(classNames);
  }

  /** Nothing but these names. */
  public static ExportHints names(List<String> classNames) {
    return new ExportHints(classNames, null, null, null, null, null, null, null, null, null);
  }

  /** The same with these names, if there are any. */
  public ExportHints withNames(List<String> names) {
    return names.isEmpty()
        ? this
        : new ExportHints(
            names, task, width, height, resize, padding, color, scale, normalization, datasetSize);
  }

  /** Whether it is said what pixels become. */
  boolean saysPixels() {
    return scale != null || normalization != null;
  }

  /** What is said, and of the rest what is known of the tool. */
  Preparation over(Preparation known) {
    return new Preparation(
        resize == null ? known.resize() : resize,
        padding == null ? known.padding() : padding,
        color == null ? known.color() : color,
        saysPixels() ? divisor() : known.scale(),
        saysPixels() ? normalization : known.normalization(),
        datasetSize == null ? known.size() : datasetSize);
  }

  /** Means and deviations of pixels from 0 to 255 are told by their size. */
  private @Nullable Double divisor() {
    if (scale != null) {
      return scale == 1 ? null : scale;
    }
    return normalization == null || normalization.isOfBytes() ? null : Double.valueOf(PIXELS);
  }
}
