package dev.penstock.worker.vision.image;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** Encoded images to pixels, by the decoders and with the flags of the reference server. */
public final class ImageDecoder {
  /** Pillow's limit against decompression bombs; 512 MiB of pixels. */
  static final long MAX_PIXELS = 178_956_970;

  /** What decodes in a moment, however well it was compressed: 4,096 x 4,096. */
  private static final long ALWAYS_DECODED_PIXELS = 1 << 24;

  /** Beyond what encoders reach with anything worth looking at. */
  private static final int MAX_PIXELS_PER_BYTE = 1000;

  private static final int BYTES_PER_PIXEL = 3;

  /** What any format takes for a pixel while it is decoded, at most. */
  private static final long MOST_PER_PIXEL = 8 * BYTES_PER_PIXEL;

  /** What compressed files unfold to at most, and what their decoders take for it. */
  private static final long MOST_PER_BYTE = 4096;

  /** Of OpenCV, for an allocation that failed. */
  private static final String NO_MEMORY = "(-4:";

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
      checkSize(declared, encoded.length);
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
      checkSize(declared, encoded.length);
      return declared;
    }
    try (Picture picture = decode(encoded, orient)) {
      return picture.size();
    }
  }

  /**
   * The memory that {@link #decode} takes, by the header alone. The picture itself stays and takes
   * three bytes for each pixel.
   *
   * @param copies pictures of its size there are at once afterwards, itself included
   */
  public static ImageDemand demand(byte[] encoded, boolean orient, int copies) {
    ImageHeader.Declared declared = ImageHeader.declared(encoded, orient);
    if (declared == null) {
      return new ImageDemand(
          Math.min(MAX_PIXELS * MOST_PER_PIXEL, MOST_PER_BYTE * encoded.length), false);
    }
    try {
      checkSize(declared.size(), encoded.length);
    } catch (UnreadableImageException refusedAnyway) {
      return ImageDemand.NONE;
    }
    int most = Math.max(copies, declared.copies());
    return new ImageDemand(declared.size().pixels() * BYTES_PER_PIXEL * most, true);
  }

  private static Mat decode(Mat buffer, int flags) throws UnreadableImageException {
    Mat pixels;
    try {
      pixels = opencv_imgcodecs.imdecode(buffer, flags);
    } catch (RuntimeException e) {
      if (String.valueOf(e.getMessage()).contains(NO_MEMORY)) {
        throw new IllegalStateException("there is no memory to decode an image", e);
      }
      // OpenCV throws for some broken files and returns nothing for the others.
      throw new UnreadableImageException(MALFORMED);
    }
    // A grey float map (PFM) has one channel, whatever the flags say.
    if (pixels.empty() || pixels.type() != opencv_core.CV_8UC3) {
      pixels.close();
      throw new UnreadableImageException(MALFORMED);
    }
    return pixels;
  }

  private static void checkSize(ImageSize size, int bytes) throws UnreadableImageException {
    if (size.pixels() > MAX_PIXELS) {
      throw new UnreadableImageException(
          "The image has %d x %d pixels, the limit is %d in all: send a smaller one."
              .formatted(size.width(), size.height(), MAX_PIXELS));
    }
    if (size.pixels() > ALWAYS_DECODED_PIXELS
        && size.pixels() > (long) MAX_PIXELS_PER_BYTE * bytes) {
      throw new UnreadableImageException(
          "The image claims %d x %d pixels in %d bytes, which is either cut off or empty: send the"
                  .formatted(size.width(), size.height(), bytes)
              + " whole file, or a smaller picture.");
    }
  }
}
