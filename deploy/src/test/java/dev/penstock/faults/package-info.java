/**
 * What breaks, hangs, floods and fills memory, one thing at a time, with real processes. It takes
 * minutes; the Maven profile {@code faults} runs it.
 */
@NullMarked
package dev.penstock.faults;

import org.jspecify.annotations.NullMarked;
