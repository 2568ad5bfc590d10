/** Penstock as its users meet it: real processes, real signals, real connections. */
@NullMarked
package dev.penstock.it;

import org.jspecify.annotations.NullMarked;
