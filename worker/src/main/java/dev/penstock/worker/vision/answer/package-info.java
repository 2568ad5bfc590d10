/** Predictions to the members of an answer. */
@NullMarked
package dev.penstock.worker.vision.answer;

import org.jspecify.annotations.NullMarked;
