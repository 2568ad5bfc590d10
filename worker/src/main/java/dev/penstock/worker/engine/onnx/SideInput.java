package dev.penstock.worker.engine.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a network takes beside pictures, and what is the same for all of them.
 *
 * @param kind what it says
 * @param type of its elements
 * @param declared its shape, −1 where it is not fixed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SideInput(Kind kind, OnnxJavaType type, long[] declared) {

  /** What it says. */
  enum Kind {
    /** Width and height that boxes are to be given in: those of the input. */
    SIZE,
    /** Which pixels are no padding: all. */
    MASK
  }

  /** Null when nothing is known of an input of that name and shape. */
  static @Nullable SideInput of(String name, TensorInfo tensor) {
    long[] shape = tensor.getShape();
    boolean fillable =
        switch (tensor.type) {
          case INT64, INT32, FLOAT, BOOL -> true;
          default -> false;
        };
    if (fillable && name.equals("orig_target_sizes") && shape.length == 2) {
      return new SideInput(Kind.SIZE, tensor.type, shape);
    }
    if (fillable && name.equals("pixel_mask") && shape.length == 3) {
      return new SideInput(Kind.MASK, tensor.type, shape);
    }
    return null;
  }

  /**
   * The caller closes it.
   *
   * @param pictures in the batch
   * @param height of the image input
   * @param width of the image input
   */
  OnnxTensor tensor(int pictures, long height, long width) throws OrtException {
    long[] shape = declared.clone();
    shape[0] = pictures;
    if (kind == Kind.SIZE) {
      shape[1] = 2;
    } else {
      shape[1] = shape[1] > 0 ? shape[1] : height;
      shape[2] = shape[2] > 0 ? shape[2] : width;
    }
    int elements = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    ByteBuffer values =
        ByteBuffer.allocateDirect(elements * bytes()).order(ByteOrder.nativeOrder());
    for (int i = 0; i < elements; i++) {
      long sides = i % 2 == 0 ? width : height;
      put(values, kind == Kind.SIZE ? sides : 1);
    }
    return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), values.flip(), shape, type);
  }

  private int bytes() {
    return type == OnnxJavaType.INT64 ? Long.BYTES : type == OnnxJavaType.BOOL ? 1 : Integer.BYTES;
  }

  private void put(ByteBuffer values, long value) {
    switch (type) {
      case INT64 -> values.putLong(value);
      case INT32 -> values.putInt((int) value);
      case FLOAT -> values.putFloat((float) value);
      default -> values.put((byte) value);
    }
  }
}
