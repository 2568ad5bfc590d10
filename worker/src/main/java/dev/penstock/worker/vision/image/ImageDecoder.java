package dev.penstock.worker.vision.image;

import dev.penstock.worker.vision.file.GifFrame;
import dev.penstock.worker.vision.file.PictureFile;
import dev.penstock.worker.vision.file.PictureFormat;
import dev.penstock.worker.vision.file.UnusableFileException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * Encoded images to pixels, by the decoders and with the flags of the reference server.
 *
 * <p>INVARIANT: every pixel of the result was written for this image. The decoder writes into
 * memory that was cleared here and is of the size that the file declares; a result that lies
 * elsewhere is refused.
 */
public final class ImageDecoder {
  private static final int BYTES_PER_PIXEL = 3;

  /** Of OpenCV, for an allocation that failed. */
  private static final String NO_MEMORY = "(-4:";

  private ImageDecoder() {}

  /**
   * Decodes an image of one of {@link PictureFormat} to 8-bit blue, green, red.
   *
   * @param encoded the file's bytes
   * @param orient whether the orientation in the image's EXIF data is applied
   * @throws UnreadableImageException when it is no image, or one of too many pixels or too much
   *     work
   */
  public static Picture decode(byte[] encoded, boolean orient) throws UnreadableImageException {
    try {
      PictureFile file = PictureFile.read(encoded);
      OpenCv.load();
      Mat pixels = cleared(file);
      try {
        if (file.format() == PictureFormat.GIF) {
          GifFrame.decode(encoded, file, pixels.createBuffer());
          return new Picture(pixels);
        }
        return new Picture(decode(file, file.essential(encoded), orient, pixels));
      } catch (UnusableFileException | RuntimeException e) {
        pixels.close();
        throw e;
      }
    } catch (UnusableFileException e) {
      throw new UnreadableImageException(e.getMessage());
    }
  }

  /**
   * Width and height of an image as {@link #decode} would find them, without decoding it.
   *
   * @throws UnreadableImageException as {@link #decode}
   */
  public static ImageSize measure(byte[] encoded, boolean orient) throws UnreadableImageException {
    try {
      return size(PictureFile.read(encoded), orient);
    } catch (UnusableFileException e) {
      throw new UnreadableImageException(e.getMessage());
    }
  }

  private static ImageSize size(PictureFile file, boolean orient) {
    var size = new ImageSize(file.width(), file.height());
    return turns(file, orient) ? size.turned() : size;
  }

  /** A TIFF's orientation is a part of its pixels for the decoder, and not EXIF data. */
  private static boolean turns(PictureFile file, boolean orient) {
    return file.turned() && (orient || file.format() == PictureFormat.TIFF);
  }

  /**
   * The memory that {@link #decode} takes, by the header alone. The picture itself stays and takes
   * three bytes for each pixel.
   *
   * @param copies pictures of its size there are at once afterwards, itself included
   */
  public static ImageDemand demand(byte[] encoded, int copies) {
    try {
      PictureFile file = PictureFile.read(encoded);
      return new ImageDemand(Math.max(file.memory(), file.pixels() * BYTES_PER_PIXEL * copies));
    } catch (UnusableFileException refusedAnyway) {
      return ImageDemand.NONE;
    }
  }

  private static Mat cleared(PictureFile file) {
    try (var black = new Scalar(0, 0, 0, 0)) {
      return new Mat(file.height(), file.width(), type(file), black);
    } catch (RuntimeException e) {
      throw noMemory(e);
    }
  }

  private static int type(PictureFile file) {
    return file.grey() ? opencv_core.CV_8UC1 : opencv_core.CV_8UC3;
  }

  private static IllegalStateException noMemory(RuntimeException cause) {
    return new IllegalStateException("there is no memory to decode an image", cause);
  }

  /**
   * @param pixels is closed or returned
   */
  private static Mat decode(PictureFile file, byte[] essential, boolean orient, Mat pixels)
      throws UnusableFileException {
    try (var bytes = new BytePointer(essential);
        var buffer = new Mat(1, essential.length, opencv_core.CV_8UC1, bytes);
        BytePointer ours = pixels.data();
        Mat decoded = opencv_imgcodecs.imdecode(buffer, flags(file, orient), pixels)) {
      if (decoded.empty()) {
        throw UnusableFileException.malformed();
      }
      // OpenCV gives a grey float map one channel, in memory of its own, whatever it is asked for.
      boolean greyFloats =
          file.format() == PictureFormat.PFM && pixels.type() == opencv_core.CV_8UC1;
      if (!greyFloats && !isWhole(file, orient, pixels, ours)) {
        throw UnusableFileException.malformed();
      }
      if (pixels.channels() == 1) {
        opencv_imgproc.cvtColor(decoded, pixels, opencv_imgproc.COLOR_GRAY2BGR);
      }
      return pixels;
    } catch (RuntimeException e) {
      if (String.valueOf(e.getMessage()).contains(NO_MEMORY)) {
        throw noMemory(e);
      }
      // OpenCV throws for some broken files and returns nothing for the others.
      throw UnusableFileException.malformed();
    }
  }

  /** As the reference server's OpenCV, which leaves a WebP as it is stored. */
  private static int flags(PictureFile file, boolean orient) {
    boolean asStored = !orient || file.format() == PictureFormat.WEBP;
    return (file.grey() ? opencv_imgcodecs.IMREAD_GRAYSCALE : opencv_imgcodecs.IMREAD_COLOR)
        | (asStored ? opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION : 0);
  }

  /** Whether it lies in our memory, or is that turned by a quarter, which copies all of it. */
  private static boolean isWhole(PictureFile file, boolean orient, Mat pixels, BytePointer ours) {
    boolean turned =
        turns(file, orient) && pixels.cols() == file.height() && pixels.rows() == file.width();
    boolean inPlace = pixels.cols() == file.width() && pixels.rows() == file.height();
    try (BytePointer data = pixels.data()) {
      return pixels.type() == type(file)
          && (turned || (inPlace && data.address() == ours.address()));
    }
  }
}
