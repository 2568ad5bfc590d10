/** The command line. */
@NullMarked
package dev.penstock.cli;

import org.jspecify.annotations.NullMarked;
