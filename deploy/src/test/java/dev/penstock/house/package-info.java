/** Rules that hold for the code of all modules. */
@NullMarked
package dev.penstock.house;

import org.jspecify.annotations.NullMarked;
