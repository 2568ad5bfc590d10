package dev.penstock.worker.vision.detector;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.image.ImageSize;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Networks that do all by themselves and answer corners in pixels of their input: torchvision's
 * detectors, MMDetection's with the post-processing of MMDeploy, and YOLOv7 end to end.
 */
final class FoundObjects extends Detector {
  private static final int BOX = 4;
  private static final int SCORED_BOX = 5;
  private static final int NUMBERED_ROW = 7;

  private final Form form;

  enum Form {
    /** Labels {@code [objects]}, boxes {@code [objects, 4]}, scores {@code [objects]}. */
    TORCHVISION("labels [objects], boxes [objects, 4] and scores [objects]"),
    /** Boxes with scores {@code [objects, 5]}, labels {@code [objects]}. */
    MMDET("boxes with scores [batch, objects, 5] and labels [batch, objects]"),
    /** Rows of the picture's number, corners, class and score. */
    NUMBERED("[objects, 7] with the number of the picture, corners, class and score");

    private final String expected;

    Form(String expected) {
      this.expected = expected;
    }
  }

  FoundObjects(ModelDescription model, Form form) {
    super(model);
    this.form = form;
  }

  @Override
  public Rows rows() {
    return switch (form) {
      case TORCHVISION -> Rows.OF_ONE_PICTURE;
      case MMDET -> Rows.BY_PICTURE;
      case NUMBERED -> Rows.NUMBERED;
    };
  }

  @Override
  boolean fits(List<long[]> outputs) {
    return switch (form) {
      case TORCHVISION ->
          outputs.size() == 3
              && outputs.get(1).length == 3
              && isOrOpen(outputs.get(1)[2], BOX)
              && outputs.get(0).length == 2
              && outputs.get(2).length == 2;
      case MMDET ->
          outputs.size() == 2
              && outputs.get(0).length == 3
              && isOrOpen(outputs.get(0)[2], SCORED_BOX)
              && outputs.get(1).length == 2;
      case NUMBERED -> outputs.get(0).length == 3 && isOrOpen(outputs.get(0)[2], NUMBERED_ROW);
    };
  }

  @Override
  String expected() {
    return form.expected;
  }

  @Override
  List<FoundBox> found(
      List<Tensor> outputs, ImageSize seen, float threshold, JobParameters parameters) {
    int objects = outputs.get(0).shape()[0];
    var found = new ArrayList<FoundBox>();
    for (int row = 0; row < objects; row++) {
      found.add(
          switch (form) {
            case TORCHVISION ->
                box(
                    outputs.get(1).values(),
                    BOX * row,
                    outputs.get(2).values().get(row),
                    outputs.get(0).values().get(row));
            case MMDET -> {
              FloatBuffer boxes = outputs.get(0).values();
              int at = SCORED_BOX * row;
              yield box(boxes, at, boxes.get(at + BOX), outputs.get(1).values().get(row));
            }
            case NUMBERED -> {
              FloatBuffer rows = outputs.get(0).values();
              int at = NUMBERED_ROW * row;
              yield box(rows, at + 1, rows.get(at + 6), rows.get(at + 5));
            }
          });
    }
    return found;
  }

  private static FoundBox box(FloatBuffer corners, int at, float score, float classId) {
    return new FoundBox(
        corners.get(at),
        corners.get(at + 1),
        corners.get(at + 2),
        corners.get(at + 3),
        score,
        (int) classId);
  }
}
