/** Reads model packages in every layout they come in. */
@NullMarked
package dev.penstock.model.layout;

import org.jspecify.annotations.NullMarked;
