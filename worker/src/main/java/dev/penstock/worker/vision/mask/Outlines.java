package dev.penstock.worker.vision.mask;

import dev.penstock.job.MaskFormat;
import dev.penstock.worker.vision.Outline;

/** Masks in the form a request asks for. */
public final class Outlines {
  /**
   * In one answer, whatever a request asks for: each may have as many corners as its picture has
   * edges, and low thresholds keep every candidate of a network.
   */
  public static final int MOST = 1_000;

  private Outlines() {}

  public static Outline of(Mask mask, MaskFormat format) {
    return switch (format) {
      case POLYGON, CORNERS -> PolygonTracer.trace(mask);
      case RLE -> CocoRunLengths.encode(mask);
    };
  }
}
