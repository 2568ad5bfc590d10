/** A job from its descriptor to its result, as it travels between a router and a worker. */
@NullMarked
package dev.penstock.job;

import org.jspecify.annotations.NullMarked;
