package dev.penstock.worker.vision.image;

import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A decoded image outside the Java heap: 8-bit pixels {@code [height, width, 3]}, blue first. Not
 * thread-safe.
 */
public final class Picture implements AutoCloseable {
  private final Mat pixels;

  /**
   * @param pixels 8-bit with three channels; closed with the picture
   */
  public Picture(Mat pixels) {
    this.pixels = pixels;
  }

  /** The pixels themselves, valid until {@link #close}. */
  public Mat pixels() {
    return pixels;
  }

  public ImageSize size() {
    return new ImageSize(pixels.cols(), pixels.rows());
  }

  @Override
  public void close() {
    pixels.close();
  }
}
