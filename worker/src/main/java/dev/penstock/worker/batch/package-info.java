/** How claimed jobs become batches and batches become results. */
@NullMarked
package dev.penstock.worker.batch;

import org.jspecify.annotations.NullMarked;
