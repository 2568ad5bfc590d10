/** Devices: ONNX Runtime sessions, warm-up and profiling, and the simulated device. */
@NullMarked
package dev.penstock.worker.engine;

import org.jspecify.annotations.NullMarked;
