/** Which packages a router serves, as workers and other routers hear of it. */
@NullMarked
package dev.penstock.router.dispatch.catalog;

import org.jspecify.annotations.NullMarked;
