/** A worker as a whole: wires its parts, starts and stops them. */
@NullMarked
package dev.penstock.worker;

import org.jspecify.annotations.NullMarked;
