/** What routers and workers of different versions say to each other. */
@NullMarked
package dev.penstock.wire;

import org.jspecify.annotations.NullMarked;
