package dev.penstock.worker.vision.yolo;

import dev.penstock.job.JobParameters;
import dev.penstock.job.MaskFormat;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.ResizeMode;
import dev.penstock.worker.vision.Detection;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.Outline.Polygon;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Segment;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Placement;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Oriented boxes of Ultralytics: {@code [4 + classes + 1, candidates]} with centre, sides, scores
 * and angle, or with suppression inside {@code [objects, 7]} with centre, sides, score, class and
 * angle. The API has no task for them: the answer is the upright box around each, and its corners
 * where the request asks for them.
 */
final class YoloOriented implements ModelFamily {
  private static final int BOX = 4;
  private static final int FINISHED = 7;
  private static final int GREY = 127;

  private final ModelDescription model;
  private final double defaultConfidence;

  YoloOriented(ModelDescription model, double defaultConfidence) {
    this.model = model;
    this.defaultConfidence = defaultConfidence;
  }

  @Override
  public NetworkInput input() {
    return model.input().insteadOfFitLongerEdge(ResizeMode.LETTERBOX, GREY);
  }

  private boolean isFinished() {
    return model.postProcessing().fused();
  }

  @Override
  public void check(List<long[]> outputs) throws UnsupportedModelException {
    long[] shape = outputs.get(0);
    int rows = BOX + model.classNames().size() + 1;
    long side = shape.length == 3 ? shape[isFinished() ? 2 : 1] : 0;
    if (side != -1 && side != (isFinished() ? FINISHED : rows)) {
      throw new UnsupportedModelException(
          "the network answers %s but %s with %d class names should answer %s; check the class names"
              .formatted(
                  Arrays.toString(shape),
                  model.architecture(),
                  model.classNames().size(),
                  isFinished()
                      ? "[batch, objects, 7]"
                      : "[batch, %d, candidates]".formatted(rows)));
    }
  }

  @Override
  public Predictions predictions(
      List<Tensor> outputs, Placement placement, JobParameters parameters) {
    float threshold = (float) parameters.confidence().orElse(defaultConfidence);
    var boxes = new OrientedBoxes();
    List<OrientedBox> best;
    if (isFinished()) {
      readFinished(outputs.get(0), threshold, boxes);
      best = boxes.sorted();
    } else {
      readPlain(outputs.get(0), threshold, boxes);
      best = boxes.best(parameters);
    }
    List<String> filter = parameters.classFilter();
    List<Segment> found =
        best.stream()
            .filter(box -> filter.isEmpty() || filter.contains(name(box)))
            .map(box -> segment(box, placement))
            .toList();
    return parameters.maskFormat() == MaskFormat.CORNERS
        ? new Predictions.Segments(found)
        : new Predictions.Detections(found.stream().map(Segment::detection).toList());
  }

  private static void readFinished(Tensor output, float threshold, OrientedBoxes boxes) {
    FloatBuffer values = output.values();
    for (int row = 0; row < output.shape()[0]; row++) {
      int at = row * FINISHED;
      if (values.get(at + 4) > threshold) {
        boxes.add(
            new OrientedBox(
                values.get(at),
                values.get(at + 1),
                values.get(at + 2),
                values.get(at + 3),
                values.get(at + 6),
                values.get(at + 4),
                (int) values.get(at + 5)));
      }
    }
  }

  private void readPlain(Tensor output, float threshold, OrientedBoxes boxes) {
    FloatBuffer values = output.values();
    int candidates = output.shape()[1];
    int classes = output.shape()[0] - BOX - 1;
    for (int i = 0; i < candidates; i++) {
      int best = 0;
      for (int classId = 1; classId < classes; classId++) {
        if (values.get((BOX + classId) * candidates + i)
            > values.get((BOX + best) * candidates + i)) {
          best = classId;
        }
      }
      float score = values.get((BOX + best) * candidates + i);
      if (score > threshold) {
        boxes.add(
            new OrientedBox(
                values.get(i),
                values.get(candidates + i),
                values.get(2 * candidates + i),
                values.get(3 * candidates + i),
                values.get((BOX + classes) * candidates + i),
                score,
                best));
      }
    }
  }

  private String name(OrientedBox box) {
    return box.classId() >= 0 && box.classId() < model.classNames().size()
        ? model.classNames().get(box.classId())
        : Integer.toString(box.classId());
  }

  private Segment segment(OrientedBox box, Placement placement) {
    Polygon corners = box.corners(placement);
    ImageSize image = placement.image();
    return new Segment(
        new Detection(
            within(Arrays.stream(corners.x()).min().orElse(0), image.width()),
            within(Arrays.stream(corners.y()).min().orElse(0), image.height()),
            within(Arrays.stream(corners.x()).max().orElse(0), image.width()),
            within(Arrays.stream(corners.y()).max().orElse(0), image.height()),
            box.score(),
            box.classId(),
            name(box)),
        corners);
  }

  private static int within(int value, int limit) {
    return Math.max(0, Math.min(limit, value));
  }
}
