/** How much memory a worker may take, and for what. */
@NullMarked
package dev.penstock.worker.memory;

import org.jspecify.annotations.NullMarked;
