package dev.penstock.worker.vision.rfdetr;

import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.ResizeMode;

/** What RF-DETR makes of a package's input. */
final class RfDetrInput {
  private static final double PIXEL_VALUES = 255;

  private RfDetrInput() {}

  /**
   * Stretched where it has no mode of its own, and always scaled to 0–1 before normalization,
   * whatever the package says.
   */
  static NetworkInput of(NetworkInput input) {
    boolean scaled = input.scalingFactor() != null && input.normalization() == null;
    return new NetworkInput(
            input.width(),
            input.height(),
            input.channels(),
            input.colorMode(),
            input.resizeMode(),
            input.paddingValue(),
            scaled ? input.scalingFactor() : Double.valueOf(PIXEL_VALUES),
            input.normalization(),
            input.dynamicSpatialSize(),
            input.datasetSize(),
            input.channelsLast())
        .insteadOfFitLongerEdge(ResizeMode.STRETCH, 0);
  }
}
