/** Whose turn it is: start-time fair queueing over callers, priorities and models. */
@NullMarked
package dev.penstock.router.dispatch.fair;

import org.jspecify.annotations.NullMarked;
