package dev.penstock.worker.vision.preprocess;

import dev.penstock.job.PreprocessStep;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.Preprocessing;
import dev.penstock.model.ModelDescription.StaticCrop;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.OpenCv;
import dev.penstock.worker.vision.image.Picture;
import dev.penstock.worker.vision.image.Placement;
import java.util.Set;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/**
 * Writes pictures into a network's input, step by step as the reference server does it: crop,
 * grayscale, resize, order of channels, scaling, normalization. Safe for use by any thread.
 */
public final class Preprocessor implements AutoCloseable {
  private final NetworkInput input;
  private final Preprocessing steps;
  private final Resizer resizer;
  private final PixelTable table;

  /**
   * @param input as the model's family wants it
   * @throws UnsupportedModelException when a step is beyond this version
   */
  public Preprocessor(NetworkInput input, Preprocessing steps) throws UnsupportedModelException {
    if (steps.contrast() != null) {
      throw new UnsupportedModelException(
          "contrast adjustment '%s' is not supported by this version; export the model without it"
              .formatted(steps.contrast().label()));
    }
    OpenCv.load();
    this.input = input;
    this.steps = steps;
    this.resizer = Resizer.of(input);
    this.table = new PixelTable(input);
  }

  /**
   * Writes one picture, channel by channel.
   *
   * @param disabled steps to leave out
   * @param slot floats {@code [channels x height, width]}, all of which are written
   * @throws UnusableImageException when the picture is too small or too narrow
   */
  public Placement write(Picture picture, Set<PreprocessStep> disabled, Mat slot)
      throws UnusableImageException {
    ImageSize whole = picture.size();
    try (Rect crop = crop(whole, disabled);
        Mat part = new Mat(picture.pixels(), crop);
        Mat colored = new Mat()) {
      Mat toned = part;
      if (isGray(disabled)) {
        gray(part, colored);
        toned = colored;
      }
      Resizer.Fit fit = resizer.fit(new ImageSize(toned.cols(), toned.rows()));
      try (Mat resized = resizer.resize(toned, fit)) {
        table.write(resized, fit.left(), fit.top(), slot);
      }
      return new Placement(
          whole,
          new Placement.Part(crop.x(), crop.y(), new ImageSize(crop.width(), crop.height())),
          new ImageSize(input.width(), input.height()),
          fit.padding(),
          fit.scaleX(),
          fit.scaleY());
    }
  }

  @Override
  public void close() {
    table.close();
  }

  private boolean isGray(Set<PreprocessStep> disabled) {
    return input.channels() == 1
        || (steps.grayscale() && !disabled.contains(PreprocessStep.GRAYSCALE));
  }

  private Rect crop(ImageSize whole, Set<PreprocessStep> disabled) throws UnusableImageException {
    StaticCrop crop = steps.staticCrop();
    if (crop == null || disabled.contains(PreprocessStep.STATIC_CROP)) {
      return new Rect(0, 0, whole.width(), whole.height());
    }
    int left = percent(crop.xMin(), whole.width());
    int right = percent(crop.xMax(), whole.width());
    int top = percent(crop.yMin(), whole.height());
    int bottom = percent(crop.yMax(), whole.height());
    if (left == right || top == bottom) {
      throw new UnusableImageException(
          "The image of %d x %d pixels is too small for the part the model looks at."
              .formatted(whole.width(), whole.height()));
    }
    return new Rect(left, top, right - left, bottom - top);
  }

  private static int percent(int percent, int side) {
    return (int) (percent / 100.0 * side);
  }

  private static void gray(Mat part, Mat gray) {
    try (Mat single = new Mat()) {
      opencv_imgproc.cvtColor(part, single, opencv_imgproc.COLOR_BGR2GRAY);
      opencv_imgproc.cvtColor(single, gray, opencv_imgproc.COLOR_GRAY2BGR);
    }
  }
}
