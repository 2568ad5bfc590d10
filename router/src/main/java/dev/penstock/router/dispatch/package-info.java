/** Jobs in flight: leases, re-offers, answers. */
@NullMarked
package dev.penstock.router.dispatch;

import org.jspecify.annotations.NullMarked;
