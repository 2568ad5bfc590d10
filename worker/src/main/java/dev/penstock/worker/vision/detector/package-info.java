/** Tensors of detectors that are no YOLO to predictions. */
@NullMarked
package dev.penstock.worker.vision.detector;

import org.jspecify.annotations.NullMarked;
