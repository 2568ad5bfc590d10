/** Whose request it is and whether it may pass, before anything else is done for it. */
@NullMarked
package dev.penstock.router.api.access;

import org.jspecify.annotations.NullMarked;
