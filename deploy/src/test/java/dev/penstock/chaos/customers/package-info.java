/** Who sends requests in the chaos run, and how each of them ended. */
@NullMarked
package dev.penstock.chaos.customers;

import org.jspecify.annotations.NullMarked;
