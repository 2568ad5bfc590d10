/** Which family of networks a model belongs to. */
@NullMarked
package dev.penstock.worker.vision.family;

import org.jspecify.annotations.NullMarked;
