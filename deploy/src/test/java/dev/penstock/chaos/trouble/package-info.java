/** What is done to the fleet in the chaos run. */
@NullMarked
package dev.penstock.chaos.trouble;

import org.jspecify.annotations.NullMarked;
