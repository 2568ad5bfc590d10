/** What is behind an address that somebody gave to {@code --join}. */
@NullMarked
package dev.penstock.cluster.probe;

import org.jspecify.annotations.NullMarked;
