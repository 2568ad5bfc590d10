/** Masks of objects: from a network's grid to the picture, and how they are written down. */
@NullMarked
package dev.penstock.worker.vision.mask;

import org.jspecify.annotations.NullMarked;
