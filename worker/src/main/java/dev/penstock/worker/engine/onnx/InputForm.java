package dev.penstock.worker.engine.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;

/**
 * How pictures are fed.
 *
 * @param declared shape as the network has it, −1 where it is not fixed
 * @param type of its elements: floats of 32 or 16 bits, or bytes
 * @param channelsLast whether a pixel's channels lie side by side
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record InputForm(long[] declared, OnnxJavaType type, boolean channelsLast) {
  private static final int WITHOUT_BATCH = 3;

  static boolean isKnown(TensorInfo input) {
    int rank = input.getShape().length;
    return (rank == WITHOUT_BATCH || rank == WITHOUT_BATCH + 1)
        && switch (input.type) {
          case FLOAT, FLOAT16, UINT8 -> true;
          default -> false;
        };
  }

  static InputForm of(TensorInfo input, boolean channelsLast) {
    return new InputForm(input.getShape(), input.type, channelsLast);
  }

  /** Pictures in each batch, not positive when any number will do. */
  long batch() {
    return declared.length == WITHOUT_BATCH ? 1 : declared[0];
  }

  /** The shape to feed. */
  long[] shape(long batch, int channels, int height, int width) {
    if (declared.length == WITHOUT_BATCH) {
      return new long[] {channels, height, width};
    }
    return channelsLast
        ? new long[] {batch, height, width, channels}
        : new long[] {batch, channels, height, width};
  }
}
