/** What is broken in the chaos run: routers, workers, and the balancer in front of them. */
@NullMarked
package dev.penstock.chaos.fleet;

import org.jspecify.annotations.NullMarked;
