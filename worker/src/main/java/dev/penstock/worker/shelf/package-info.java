/** The models that a worker has in memory: what is loaded, and what goes for it. */
@NullMarked
package dev.penstock.worker.shelf;

import org.jspecify.annotations.NullMarked;
