/** What a model is: its id and aliases, its package, its description, and who holds packages. */
@NullMarked
package dev.penstock.model;

import org.jspecify.annotations.NullMarked;
