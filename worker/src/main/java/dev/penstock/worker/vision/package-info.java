/**
 * Pixels to tensors and tensors to predictions: decoding, preprocessing, one class per model
 * family.
 */
@NullMarked
package dev.penstock.worker.vision;

import org.jspecify.annotations.NullMarked;
