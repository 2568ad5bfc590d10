package dev.penstock.worker.engine.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.jspecify.annotations.Nullable;

/**
 * Pictures, which lanes hold as planes of floats, in the form that a network takes. Where that is
 * another one, they are copied into memory of its own before each pass.
 */
final class FedInput implements AutoCloseable {
  private final InputForm form;
  private final Mat planes;
  private final int channels;
  private final int height;
  private final int width;

  /** {@code [pictures x height, width]} of pixels, or null when the planes do. */
  private final @Nullable Mat pixels;

  /** As {@link #pixels} or the planes, in bytes, or null when floats do. */
  private final @Nullable Mat bytes;

  /**
   * @param planes floats {@code [pictures x channels x height, width]}
   */
  FedInput(InputForm form, Mat planes, int capacity, int channels, int height, int width) {
    this.form = form;
    this.planes = planes;
    this.channels = channels;
    this.height = height;
    this.width = width;
    boolean interleaved = form.channelsLast() && channels > 1;
    int floats = opencv_core.CV_MAKETYPE(opencv_core.CV_32F, channels);
    this.pixels = interleaved ? new Mat(capacity * height, width, floats) : null;
    Mat source = pixels == null ? planes : pixels;
    this.bytes =
        form.type() == OnnxJavaType.UINT8
            ? new Mat(
                source.rows(),
                source.cols(),
                opencv_core.CV_MAKETYPE(opencv_core.CV_8U, source.channels()))
            : null;
  }

  /** The first pictures; the caller closes it. */
  OnnxTensor tensor(int pictures) throws OrtException {
    var environment = OrtEnvironment.getEnvironment();
    long[] shape = form.shape(pictures, channels, height, width);
    int elements = pictures * channels * height * width;
    Mat source = pixels == null ? planes : interleave(pixels, pictures);
    if (bytes != null) {
      ByteBuffer rounded = round(source, bytes, pictures);
      rounded.limit(elements);
      return OnnxTensor.createTensor(environment, rounded, shape, OnnxJavaType.UINT8);
    }
    FloatBuffer values = source.createBuffer();
    values.limit(elements);
    if (form.type() == OnnxJavaType.FLOAT) {
      return OnnxTensor.createTensor(environment, values, shape);
    }
    ShortBuffer halves = Fp16Conversions.convertFloatBufferToFp16Buffer(values);
    return OnnxTensor.createTensor(environment, halves, shape, OnnxJavaType.FLOAT16);
  }

  private Mat interleave(Mat target, int pictures) {
    for (int picture = 0; picture < pictures; picture++) {
      var parts = new Mat[channels];
      for (int channel = 0; channel < channels; channel++) {
        int from = (picture * channels + channel) * height;
        parts[channel] = planes.rowRange(from, from + height);
      }
      try (var all = new MatVector(parts);
          Mat part = target.rowRange(picture * height, (picture + 1) * height)) {
        opencv_core.merge(all, part);
      } finally {
        for (Mat part : parts) {
          part.close();
        }
      }
    }
    return target;
  }

  private ByteBuffer round(Mat source, Mat target, int pictures) {
    int rows = pictures * height * (pixels == null ? channels : 1);
    try (Mat from = source.rowRange(0, rows);
        Mat to = target.rowRange(0, rows)) {
      from.convertTo(to, opencv_core.CV_8U);
    }
    return target.createBuffer();
  }

  /** Memory of its own. */
  long bytes() {
    long own = pixels == null ? 0 : pixels.total() * pixels.elemSize();
    return own + (bytes == null ? 0 : bytes.total() * bytes.elemSize());
  }

  @Override
  public void close() {
    if (pixels != null) {
      pixels.close();
    }
    if (bytes != null) {
      bytes.close();
    }
  }
}
