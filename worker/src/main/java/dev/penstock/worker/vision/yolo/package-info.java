/** Tensors of the YOLO architectures to predictions. */
@NullMarked
package dev.penstock.worker.vision.yolo;

import org.jspecify.annotations.NullMarked;
