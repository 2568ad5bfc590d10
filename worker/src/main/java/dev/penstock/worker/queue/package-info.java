/** Which job queue a worker takes from, and how far the queues are. */
@NullMarked
package dev.penstock.worker.queue;

import org.jspecify.annotations.NullMarked;
