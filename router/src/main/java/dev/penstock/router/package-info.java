/** A router as a whole: wires its parts, starts and stops them. */
@NullMarked
package dev.penstock.router;

import org.jspecify.annotations.NullMarked;
