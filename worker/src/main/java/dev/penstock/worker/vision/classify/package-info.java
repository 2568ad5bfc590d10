/** Tensors of classifiers to predictions. */
@NullMarked
package dev.penstock.worker.vision.classify;

import org.jspecify.annotations.NullMarked;
