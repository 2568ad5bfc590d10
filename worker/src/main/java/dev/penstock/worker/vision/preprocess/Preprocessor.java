package dev.penstock.worker.vision.preprocess;

import dev.penstock.job.PreprocessStep;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.Preprocessing;
import dev.penstock.model.ModelDescription.StaticCrop;
import dev.penstock.worker.vision.ModelFamily.Interpolation;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.contrast.ContrastAdjustment;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.OpenCv;
import dev.penstock.worker.vision.image.Picture;
import dev.penstock.worker.vision.image.Placement;
import java.util.Set;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.jspecify.annotations.Nullable;

/**
 * Writes pictures into a network's input, step by step as the reference server does it: crop,
 * grayscale, contrast, resize, order of channels, scaling, normalization. Safe for use by any
 * thread.
 */
public final class Preprocessor implements AutoCloseable {
  private final NetworkInput input;
  private final Preprocessing steps;
  private final @Nullable ContrastAdjustment contrast;
  private final Resizer resizer;
  private final PixelTable table;

  /**
   * @param input as the model's family wants it
   * @throws UnsupportedModelException when a step is beyond this version
   */
  public Preprocessor(NetworkInput input, Preprocessing steps, Interpolation interpolation)
      throws UnsupportedModelException {
    OpenCv.load();
    this.input = input;
    this.steps = steps;
    this.contrast = steps.contrast() == null ? null : ContrastAdjustment.of(steps.contrast());
    this.resizer =
        switch (interpolation) {
          case OPENCV -> Resizer.of(input);
          case PILLOW -> new PillowResizer(input);
        };
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
        Mat toned = toned(part, disabled);
        Resizer.Resized resized = resizer.resize(toned)) {
      table.write(resized.pixels(), resized.left(), resized.top(), slot);
      return new Placement(
          whole,
          new Placement.Part(crop.x(), crop.y(), new ImageSize(crop.width(), crop.height())),
          resized.frame(),
          resized.padding(),
          resized.scaleX(),
          resized.scaleY());
    }
  }

  /** How many pictures of one size there are at most while it is written, itself included. */
  public int copies(Set<PreprocessStep> disabled) {
    boolean adjusts = contrast != null && !disabled.contains(PreprocessStep.CONTRAST);
    return 1 + (isGray(disabled) ? 1 : 0) + (adjusts ? 2 : 0);
  }

  /** Colours and contrast as the steps say. */
  private Mat toned(Mat part, Set<PreprocessStep> disabled) {
    Mat toned = isGray(disabled) ? gray(part) : new Mat(part);
    if (contrast == null || disabled.contains(PreprocessStep.CONTRAST)) {
      return toned;
    }
    try (toned) {
      var adjusted = new Mat();
      contrast.adjust(toned, adjusted);
      return adjusted;
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

  private static Mat gray(Mat part) {
    try (Mat single = new Mat()) {
      Mat gray = new Mat();
      opencv_imgproc.cvtColor(part, single, opencv_imgproc.COLOR_BGR2GRAY);
      opencv_imgproc.cvtColor(single, gray, opencv_imgproc.COLOR_GRAY2BGR);
      return gray;
    }
  }
}
