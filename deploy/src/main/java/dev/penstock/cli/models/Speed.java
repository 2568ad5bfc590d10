package dev.penstock.cli.models;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How fast a model is on one lane of a device.
 *
 * @param device as in {@code X-Worker-Device}
 * @param loadMillis until it was warm
 * @param jobMillis one picture all the way: decoding, preparing, forward pass, reading the outputs
 * @param inferenceMillis the forward pass alone
 * @param batch the largest batch that is worth it
 * @param imagesPerSecond in forward passes of that batch
 * @param objection why larger batches would be answered wrongly, or null
 */
record Speed(
    String device,
    double loadMillis,
    double jobMillis,
    double inferenceMillis,
    int batch,
    double imagesPerSecond,
    @Nullable String objection) {
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.1f ms a picture (%.1f ms inference), %.0f images/s in batches of %d, on one lane of %s;"
            + " loaded in %.0f ms%s",
        jobMillis,
        inferenceMillis,
        imagesPerSecond,
        batch,
        device,
        loadMillis,
        objection == null ? "" : "; no larger batches, because " + objection);
  }
}
