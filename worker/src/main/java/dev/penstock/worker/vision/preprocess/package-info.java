/** Pixels to tensors. */
@NullMarked
package dev.penstock.worker.vision.preprocess;

import org.jspecify.annotations.NullMarked;
