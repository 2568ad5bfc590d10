package dev.penstock.worker.vision.image;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** Encoded images to pixels, by the decoders and with the flags of the reference server. */
public final class ImageDecoder {
  /** Pillow's limit against decompression bombs; 512 MiB of pixels. */
  static final long MAX_PIXELS = 178_956_970;

  private static final String MALFORMED = "Malformed base64 input image.";

  private ImageDecoder() {}

  /**
   * Decodes an image of any format that OpenCV knows to 8-bit blue, green, red.
   *
   * @param encoded the file's bytes
   * @param orient whether the orientation in the image's EXIF data is applied
   * @throws UnreadableImageException when it is no image, or one of more than {@link #MAX_PIXELS}
   */
  public static Picture decode(byte[] encoded, boolean orient) throws UnreadableImageException {
    ImageSize declared = ImageHeader.read(encoded, orient);
    if (declared != null) {
      checkSize(declared);
    }
    if (encoded.length == 0) {
      throw new UnreadableImageException(MALFORMED);
    }
    OpenCv.load();
    int flags =
        opencv_imgcodecs.IMREAD_COLOR | (orient ? 0 : opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION);
    byte[] file = PngChunks.essential(encoded);
    try (var bytes = new BytePointer(file);
        var buffer = new Mat(1, file.length, opencv_core.CV_8UC1, bytes)) {
      return new Picture(decode(buffer, flags));
    }
  }

  /**
   * Width and height of an image as {@link #decode} would find them, without decoding it when its
   * header is one of the usual kinds.
   *
   * @throws UnreadableImageException as {@link #decode}
   */
  public static ImageSize measure(byte[] encoded, boolean orient) throws UnreadableImageException {
    ImageSize declared = ImageHeader.read(encoded, orient);
    if (declared != null) {
      checkSize(declared);
      return declared;
    }
    try (Picture picture = decode(encoded, orient)) {
      return picture.size();
    }
  }

  private static Mat decode(Mat buffer, int flags) throws UnreadableImageException {
    Mat pixels;
    try {
      pixels = opencv_imgcodecs.imdecode(buffer, flags);
    } catch (RuntimeException e) {
      // OpenCV throws for some broken files and returns nothing for the others.
      throw new UnreadableImageException(MALFORMED);
    }
    if (pixels.empty()) {
      pixels.close();
      throw new UnreadableImageException(MALFORMED);
    }
    return pixels;
  }

  private static void checkSize(ImageSize size) throws UnreadableImageException {
    if (size.pixels() > MAX_PIXELS) {
      throw new UnreadableImageException(
          "The image has %d x %d pixels, the limit is %d in all: send a smaller one."
              .formatted(size.width(), size.height(), MAX_PIXELS));
    }
  }
}
