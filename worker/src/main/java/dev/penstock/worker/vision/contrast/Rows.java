package dev.penstock.worker.vision.contrast;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** Rows of pixels between memory outside the Java heap and arrays. */
final class Rows {
  private Rows() {}

  static void read(Mat picture, int y, byte[] row) {
    try (BytePointer pixels = picture.ptr(y)) {
      pixels.get(row);
    }
  }

  static void write(byte[] row, Mat picture, int y) {
    try (BytePointer pixels = picture.ptr(y)) {
      pixels.put(row);
    }
  }
}
