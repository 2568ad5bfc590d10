/** Encoded images to pixels, and where pixels lie. */
@NullMarked
package dev.penstock.worker.vision.image;

import org.jspecify.annotations.NullMarked;
