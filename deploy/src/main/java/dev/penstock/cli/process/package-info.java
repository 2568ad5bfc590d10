/** A process that serves: its log, its event loops, and its orderly end. */
@NullMarked
package dev.penstock.cli.process;

import org.jspecify.annotations.NullMarked;
