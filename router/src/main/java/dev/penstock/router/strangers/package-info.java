/** Those who come to the wrong port, or with the wrong certificate, and what is said of them. */
@NullMarked
package dev.penstock.router.strangers;

import org.jspecify.annotations.NullMarked;
