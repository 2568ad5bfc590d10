/** {@code penstock doctor}: what would go wrong, before it does. */
@NullMarked
package dev.penstock.cli.doctor;

import org.jspecify.annotations.NullMarked;
