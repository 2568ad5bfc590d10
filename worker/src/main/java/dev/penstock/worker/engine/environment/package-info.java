/** The environment variables that native libraries see. */
@NullMarked
package dev.penstock.worker.engine.environment;

import org.jspecify.annotations.NullMarked;
