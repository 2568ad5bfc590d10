package dev.penstock.worker.vision.mask;

import dev.penstock.job.MaskFormat;
import dev.penstock.worker.vision.Outline;

/** Masks in the form a request asks for. */
public final class Outlines {
  private Outlines() {}

  public static Outline of(Mask mask, MaskFormat format) {
    return switch (format) {
      case POLYGON -> PolygonTracer.trace(mask);
      case RLE -> CocoRunLengths.encode(mask);
    };
  }
}
