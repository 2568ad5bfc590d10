package dev.penstock.worker.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/**
 * Outputs of networks as floats, whatever type their elements have: class maps are whole numbers.
 */
final class OutputValues {
  private static final int UNSIGNED = 0xFF;

  private OutputValues() {}

  /**
   * @throws OrtException when the elements are no numbers
   */
  static FloatBuffer of(OnnxTensor output) throws OrtException {
    if (output.getInfo().getNumElements() == 0) {
      return FloatBuffer.allocate(0);
    }
    return switch (output.getInfo().type) {
      case FLOAT, FLOAT16, BFLOAT16 -> output.getFloatBuffer();
      case UINT8 -> bytes(output.getByteBuffer());
      case INT32 -> ints(output.getIntBuffer());
      case INT64 -> longs(output.getLongBuffer());
      default ->
          throw new OrtException(
              "an output has elements of type " + output.getInfo().type + ", which cannot be read");
    };
  }

  private static FloatBuffer bytes(ByteBuffer from) {
    FloatBuffer to = FloatBuffer.allocate(from.remaining());
    while (from.hasRemaining()) {
      to.put(from.get() & UNSIGNED);
    }
    return to.flip();
  }

  private static FloatBuffer ints(IntBuffer from) {
    FloatBuffer to = FloatBuffer.allocate(from.remaining());
    while (from.hasRemaining()) {
      to.put(from.get());
    }
    return to.flip();
  }

  private static FloatBuffer longs(LongBuffer from) {
    FloatBuffer to = FloatBuffer.allocate(from.remaining());
    while (from.hasRemaining()) {
      to.put((float) from.get()); // class ids, far below where floats have gaps
    }
    return to.flip();
  }
}
