/** What models find in pictures, and how it is read from a network's outputs. */
@NullMarked
package dev.penstock.worker.vision;

import org.jspecify.annotations.NullMarked;
