/** {@code penstock keys}: makes and hashes API keys. */
@NullMarked
package dev.penstock.cli.keys;

import org.jspecify.annotations.NullMarked;
