/** What is let in: bounds, and what a refusal says. */
@NullMarked
package dev.penstock.router.admission;

import org.jspecify.annotations.NullMarked;
