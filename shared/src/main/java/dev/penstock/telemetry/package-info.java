/** The one clock, and what is measured with it. */
@NullMarked
package dev.penstock.telemetry;

import org.jspecify.annotations.NullMarked;
