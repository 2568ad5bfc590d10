/** CPUs and GPUs by way of ONNX Runtime: sessions, lanes, batches, warm-up. */
@NullMarked
package dev.penstock.worker.engine.onnx;

import org.jspecify.annotations.NullMarked;
