/** Tensors of RF-DETR to predictions. */
@NullMarked
package dev.penstock.worker.vision.rfdetr;

import org.jspecify.annotations.NullMarked;
