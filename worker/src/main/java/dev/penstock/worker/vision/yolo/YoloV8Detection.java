package dev.penstock.worker.vision.yolo;

import dev.penstock.job.Confidence;
import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.ResizeMode;
import dev.penstock.worker.vision.Detection;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.image.Placement;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Object detection in the output layout of YOLOv8: {@code [4 + classes, candidates]}, rows centre
 * x, centre y, width, height in pixels of the input, then one score for each class. All arithmetic
 * is in single precision and in the order of the reference.
 */
public final class YoloV8Detection implements ModelFamily {
  private static final int BOX_ROWS = 4;
  private static final float DEFAULT_CONFIDENCE = 0.4f;
  private static final int LETTERBOX_PADDING = 127;

  private final ModelDescription model;
  private final NetworkInput input;

  public YoloV8Detection(ModelDescription model) {
    this.model = model;
    this.input = letterboxed(model.input());
  }

  /** The reference puts a grey letterbox in the place of {@code fit-longer-edge}. */
  private static NetworkInput letterboxed(NetworkInput input) {
    if (input.resizeMode() != ResizeMode.FIT_LONGER_EDGE) {
      return input;
    }
    return new NetworkInput(
        input.width(),
        input.height(),
        input.channels(),
        input.colorMode(),
        ResizeMode.LETTERBOX,
        LETTERBOX_PADDING,
        input.scalingFactor(),
        input.normalization(),
        input.dynamicSpatialSize());
  }

  @Override
  public NetworkInput input() {
    return input;
  }

  @Override
  public void check(List<long[]> outputs) throws UnsupportedModelException {
    long rows = outputs.get(0).length == 3 ? outputs.get(0)[1] : 0;
    int expected = BOX_ROWS + model.classNames().size();
    if (rows != -1 && (rows <= BOX_ROWS || rows > expected)) {
      throw new UnsupportedModelException(
          "the network answers %s but %s with %d class names should answer [batch, %d, candidates];"
                  .formatted(
                      Arrays.toString(outputs.get(0)),
                      model.architecture(),
                      model.classNames().size(),
                      expected)
              + " check class_names.txt and model_architecture");
    }
  }

  @Override
  public Predictions predictions(
      List<Tensor> outputs, Placement placement, JobParameters parameters) {
    int candidates = outputs.get(0).shape()[1];
    int classes = Math.min(outputs.get(0).shape()[0] - BOX_ROWS, model.classNames().size());
    FloatBuffer values = outputs.get(0).values();
    float[] best = bestScores(values, classes, candidates);
    float threshold = threshold(parameters.confidence());
    var boxes = new Boxes(parameters.classAgnosticNms());
    for (int i = 0; i < candidates; i++) {
      if (best[i] > threshold && Float.isFinite(best[i])) {
        boxes.add(
            values.get(i),
            values.get(candidates + i),
            values.get(2 * candidates + i),
            values.get(3 * candidates + i),
            best[i],
            classOf(values, classes, candidates, i, best[i]));
      }
    }
    return detections(boxes, placement, parameters);
  }

  /**
   * The reference takes recommended confidences from its platform and never from a package, so
   * {@code best} is the architecture's default here, too.
   */
  public static float threshold(Confidence confidence) {
    return confidence.mode() == Confidence.Mode.VALUE
        ? (float) confidence.value()
        : DEFAULT_CONFIDENCE;
  }

  /** Highest score of each candidate; row by row, because that is how they lie in memory. */
  private static float[] bestScores(FloatBuffer values, int classes, int candidates) {
    float[] best = new float[candidates];
    float[] row = new float[candidates];
    values.get(BOX_ROWS * candidates, best);
    for (int c = 1; c < classes; c++) {
      values.get((BOX_ROWS + c) * candidates, row);
      for (int i = 0; i < candidates; i++) {
        best[i] = Math.max(best[i], row[i]);
      }
    }
    return best;
  }

  private static int classOf(
      FloatBuffer values, int classes, int candidates, int candidate, float score) {
    int classId = 0;
    while (classId < classes - 1
        && values.get((BOX_ROWS + classId) * candidates + candidate) != score) {
      classId++;
    }
    return classId;
  }

  private Predictions detections(Boxes boxes, Placement placement, JobParameters parameters) {
    var found = new ArrayList<Detection>();
    for (int box : boxes.suppress(parameters.iouThreshold(), parameters.maxDetections())) {
      String className = model.classNames().get(boxes.classId(box));
      if (parameters.classFilter().isEmpty() || parameters.classFilter().contains(className)) {
        found.add(boxes.detection(box, placement, className));
      }
    }
    return new Predictions.Detections(found);
  }
}
