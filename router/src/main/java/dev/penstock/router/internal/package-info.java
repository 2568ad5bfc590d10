/** The internal listener: claims, results, control channel, model packages. */
@NullMarked
package dev.penstock.router.internal;

import org.jspecify.annotations.NullMarked;
