/** The public HTTP API: one class per family of endpoints, request parsing, bodies and errors. */
@NullMarked
package dev.penstock.router.api;

import org.jspecify.annotations.NullMarked;
