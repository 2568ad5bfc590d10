/** Adjusting the contrast of pictures, with the arithmetic of scikit-image. */
@NullMarked
package dev.penstock.worker.vision.contrast;

import org.jspecify.annotations.NullMarked;
