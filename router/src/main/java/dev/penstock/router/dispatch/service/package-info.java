/** Wires jobs in flight, workers and queues, and keeps time for them. */
@NullMarked
package dev.penstock.router.dispatch.service;

import org.jspecify.annotations.NullMarked;
