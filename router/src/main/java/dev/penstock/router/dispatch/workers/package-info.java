/** The workers a router can reach: what they have, what they want, whom to ring. */
@NullMarked
package dev.penstock.router.dispatch.workers;

import org.jspecify.annotations.NullMarked;
