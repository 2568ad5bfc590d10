/** Jobs in flight: leases, re-offers, answers. */
@NullMarked
package dev.penstock.router.dispatch.inflight;

import org.jspecify.annotations.NullMarked;
