/** The native libraries of ONNX Runtime and OpenCV. */
@NullMarked
package dev.penstock.worker.engine.natives;

import org.jspecify.annotations.NullMarked;
