/** Claims and results as they cross the network. */
@NullMarked
package dev.penstock.job.wire;

import org.jspecify.annotations.NullMarked;
