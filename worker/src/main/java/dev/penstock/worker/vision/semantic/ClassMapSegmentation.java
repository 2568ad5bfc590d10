package dev.penstock.worker.vision.semantic;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Placement;
import java.util.Arrays;
import java.util.List;

/**
 * Networks that answer the class id of each pixel, {@code [height, width]}, as Ultralytics exports
 * its semantic heads: the map is cut back to the picture and scaled to the nearest pixel. There are
 * no scores in it, so every pixel is fully confident and a request's threshold changes nothing.
 */
public final class ClassMapSegmentation implements ModelFamily {
  private static final int MOST_CLASSES = 256;
  private static final byte CERTAIN = (byte) 255;

  private final ModelDescription model;

  public ClassMapSegmentation(ModelDescription model) {
    this.model = model;
  }

  @Override
  public NetworkInput input() {
    return model.input();
  }

  @Override
  public void check(List<long[]> outputs) throws UnsupportedModelException {
    long[] shape = outputs.get(0);
    if (shape.length != 3 || model.classNames().size() > MOST_CLASSES) {
      throw new UnsupportedModelException(
          "the network answers %s with %d class names; a class map is [batch, height, width] of at"
                  .formatted(Arrays.toString(shape), model.classNames().size())
              + " most %d classes".formatted(MOST_CLASSES));
    }
  }

  @Override
  public Predictions predictions(
      List<Tensor> outputs, Placement placement, JobParameters parameters) {
    Tensor map = outputs.get(0);
    ImageSize image = placement.image();
    Placement.Part part = placement.part();
    Placement.Padding padding = placement.padding();
    int[] rows =
        sources(
            part.size().height(),
            map.shape()[0],
            padding.top(),
            padding.bottom(),
            placement.network().height());
    int[] columns =
        sources(
            part.size().width(),
            map.shape()[1],
            padding.left(),
            padding.right(),
            placement.network().width());
    byte[] classIds = new byte[Math.toIntExact(image.pixels())];
    byte[] confidences = new byte[classIds.length];
    for (int y = 0; y < rows.length; y++) {
      int at = (part.top() + y) * image.width() + part.left();
      for (int x = 0; x < columns.length; x++) {
        classIds[at + x] = classId(map.values().get(rows[y] * map.shape()[1] + columns[x]));
        confidences[at + x] = CERTAIN;
      }
    }
    return new Predictions.ClassMap(image, classIds, confidences, model.classNames());
  }

  /** What is no class of the model counts as its first one. */
  private byte classId(float value) {
    return (byte) (value >= 0 && value < model.classNames().size() ? (int) value : 0);
  }

  /**
   * Which row or column of the map each one of the picture comes from, as PyTorch's interpolation
   * finds the nearest.
   *
   * @param length of the picture
   * @param side of the map
   * @param before padding in pixels of the network's input
   * @param after padding in pixels of the network's input
   * @param network side of the network's input
   */
  private static int[] sources(int length, int side, int before, int after, int network) {
    int first = Math.round((float) before * side / network);
    int covered = Math.max(1, side - first - Math.round((float) after * side / network));
    int[] sources = new int[length];
    for (int i = 0; i < length; i++) {
      sources[i] = Math.min(side - 1, first + (int) ((long) i * covered / length));
    }
    return sources;
  }
}
