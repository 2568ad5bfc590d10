package dev.penstock.worker.vision.semantic;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.image.Placement;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * Networks that answer {@code [height, width, classes]}, as TensorFlow lays it out: a family that
 * reads planes gets planes.
 */
final class ScoresOfPixels implements ModelFamily {
  private final ModelFamily planes;

  ScoresOfPixels(ModelFamily planes) {
    this.planes = planes;
  }

  @Override
  public NetworkInput input() {
    return planes.input();
  }

  @Override
  public void check(List<long[]> outputs) throws UnsupportedModelException {
    long[] shape = outputs.get(0);
    planes.check(
        List.of(shape.length == 4 ? new long[] {shape[0], shape[3], shape[1], shape[2]} : shape));
  }

  @Override
  public Predictions predictions(
      List<Tensor> outputs, Placement placement, JobParameters parameters) {
    int[] shape = outputs.get(0).shape();
    int classes = shape[2];
    int pixels = shape[0] * shape[1];
    FloatBuffer scores = outputs.get(0).values();
    FloatBuffer turned = FloatBuffer.allocate(classes * pixels);
    for (int pixel = 0; pixel < pixels; pixel++) {
      for (int classId = 0; classId < classes; classId++) {
        turned.put(classId * pixels + pixel, scores.get(pixel * classes + classId));
      }
    }
    return planes.predictions(
        List.of(new Tensor(turned, new int[] {classes, shape[0], shape[1]})),
        placement,
        parameters);
  }
}
