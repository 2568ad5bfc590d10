package dev.penstock.worker.vision;

import java.nio.FloatBuffer;

/**
 * One picture's part of a network's output.
 *
 * @param values from position 0, in row-major order
 * @param shape without the batch dimension
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Tensor(FloatBuffer values, int[] shape) {}
