/** What every sub-command can be told, and where the values come from. */
@NullMarked
package dev.penstock.cli.options;

import org.jspecify.annotations.NullMarked;
