package dev.penstock.worker.vision.image;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;

/** Painted pictures for tests. */
public final class Pictures {
  private Pictures() {}

  /** One colour. */
  public static Picture plain(int width, int height, int red, int green, int blue) {
    OpenCv.load();
    try (Scalar color = new Scalar(blue, green, red, 0)) {
      return new Picture(new Mat(height, width, opencv_core.CV_8UC3, color));
    }
  }

  /** Fills a rectangle; the right and lower edges are outside. */
  public static void paint(
      Picture picture, int left, int top, int right, int bottom, int red, int green, int blue) {
    try (Scalar color = new Scalar(blue, green, red, 0);
        Point from = new Point(left, top);
        Point to = new Point(right - 1, bottom - 1)) {
      opencv_imgproc.rectangle(
          picture.pixels(), from, to, color, opencv_imgproc.FILLED, opencv_imgproc.LINE_8, 0);
    }
  }

  /** Encodes to a file format named by its extension, for example {@code .png}. */
  public static byte[] encode(Picture picture, String extension) {
    try (var none = new IntPointer(0L)) {
      return encode(picture, extension, none);
    }
  }

  /** A painted picture in a file of that format. */
  public static byte[] encoded(int width, int height, String extension) {
    try (Picture picture = plain(width, height, 200, 10, 10)) {
      return encode(picture, extension);
    }
  }

  /** As {@link #encode} with pairs of OpenCV's {@code IMWRITE_…} and their values. */
  static byte[] encode(Picture picture, String extension, IntPointer parameters) {
    try (var encoded = new BytePointer()) {
      opencv_imgcodecs.imencode(extension, picture.pixels(), encoded, parameters);
      byte[] bytes = new byte[Math.toIntExact(encoded.limit())];
      encoded.get(bytes);
      return bytes;
    }
  }

  /** Puts EXIF data with that orientation behind the first marker of a JPEG. */
  public static byte[] oriented(byte[] jpeg, int orientation) {
    byte[] exif = {
      (byte) 0xFF,
      (byte) 0xE1,
      0,
      34,
      'E',
      'x',
      'i',
      'f',
      0,
      0,
      'M',
      'M',
      0,
      42,
      0,
      0,
      0,
      8,
      0,
      1,
      1,
      18,
      0,
      3,
      0,
      0,
      0,
      1,
      0,
      (byte) orientation,
      0,
      0,
      0,
      0,
      0,
      0
    };
    var file = new ByteArrayOutputStream();
    file.write(jpeg, 0, 2);
    file.writeBytes(exif);
    file.write(jpeg, 2, jpeg.length - 2);
    return file.toByteArray();
  }

  /** A picture of src/test/resources/pictures. */
  public static Picture stored(String name) throws Exception {
    return ImageDecoder.decode(
        Files.readAllBytes(Path.of("src/test/resources/pictures", name + ".png")), true);
  }

  /** All bytes, row by row. */
  public static byte[] bytes(Mat pixels) {
    byte[] bytes = new byte[pixels.rows() * pixels.cols() * pixels.channels()];
    try (Mat continuous = pixels.clone();
        BytePointer data = continuous.data()) {
      data.get(bytes);
    }
    return bytes;
  }

  /** Red, green, blue of one pixel, 0 to 255. */
  public static int[] color(Picture picture, int x, int y) {
    try (BytePointer pixel = picture.pixels().ptr(y, x)) {
      return new int[] {pixel.get(2) & 0xFF, pixel.get(1) & 0xFF, pixel.get(0) & 0xFF};
    }
  }
}
