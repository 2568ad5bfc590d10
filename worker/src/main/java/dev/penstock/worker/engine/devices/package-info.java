/** Which devices {@code --device} can name, and the simulated one among them. */
@NullMarked
package dev.penstock.worker.engine.devices;

import org.jspecify.annotations.NullMarked;
