/** Model ids, model packages and the repositories that hold them. */
@NullMarked
package dev.penstock.model;

import org.jspecify.annotations.NullMarked;
