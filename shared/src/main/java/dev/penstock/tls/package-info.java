/** Certificates: reading them, following their files, making the first ones. */
@NullMarked
package dev.penstock.tls;

import org.jspecify.annotations.NullMarked;
