/** Tensors of networks that classify every pixel to predictions. */
@NullMarked
package dev.penstock.worker.vision.semantic;

import org.jspecify.annotations.NullMarked;
