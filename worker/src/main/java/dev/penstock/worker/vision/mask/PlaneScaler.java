package dev.penstock.worker.vision.mask;

import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Placement;
import dev.penstock.worker.vision.image.Placement.Padding;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Brings the planes of a tensor {@code [planes, height, width]} to one picture, line by line from
 * the top, with the arithmetic of {@link MaskScaler}: the padding is cut off in whole cells, the
 * rest is scaled to the part of the picture that the network saw. For one thread.
 */
public final class PlaneScaler {
  private final Tensor planes;
  private final float outside;
  private final Window horizontal;
  private final Window vertical;
  private final Map<Integer, float[][]> widened = new HashMap<>();

  /** The cells of one axis that the picture covers, and what they are scaled to. */
  private record Window(int from, AxisWeights weights) {
    static Window of(int grid, int network, int before, int after, int side) {
      int cutBefore = cells(grid, network, before);
      int cells = grid - cutBefore - cells(grid, network, after);
      return new Window(cutBefore, new AxisWeights(Math.max(1, cells), side));
    }

    private static int cells(int grid, int network, int padding) {
      return (int) Math.rint((double) grid / network * padding);
    }
  }

  /**
   * @param outside value of cells beyond the grid, where the network saw only the middle of the
   *     picture
   */
  public PlaneScaler(Tensor planes, Placement placement, float outside) {
    this.planes = planes;
    this.outside = outside;
    ImageSize network = placement.network();
    ImageSize part = placement.part().size();
    Padding padding = placement.padding();
    this.horizontal =
        Window.of(
            planes.shape()[2], network.width(), padding.left(), padding.right(), part.width());
    this.vertical =
        Window.of(
            planes.shape()[1], network.height(), padding.top(), padding.bottom(), part.height());
  }

  /**
   * One line of all planes.
   *
   * @param y rising from call to call
   * @param line gets {@code [planes, width]}
   */
  public void line(int y, float[][] line) {
    int first = vertical.weights().first(y);
    float[] weights = vertical.weights().weights(y);
    widened.keySet().removeIf(row -> row < first);
    for (int plane = 0; plane < line.length; plane++) {
      for (int j = 0; j < weights.length; j++) {
        float[] from = widened.computeIfAbsent(first + j, this::widen)[plane];
        for (int x = 0; x < from.length; x++) {
          float part = weights[j] * from[x];
          line[plane][x] = j == 0 ? part : line[plane][x] + part;
        }
      }
    }
  }

  /** One row of the grid at the width of the picture. */
  private float[][] widen(int row) {
    float[][] wide = new float[planes.shape()[0]][horizontal.weights().outputSize()];
    float[] cells = new float[planes.shape()[2]];
    for (int plane = 0; plane < wide.length; plane++) {
      read(plane, vertical.from() + row, cells);
      for (int x = 0; x < wide[plane].length; x++) {
        int first = horizontal.from() + horizontal.weights().first(x);
        float sum = 0;
        for (float weight : horizontal.weights().weights(x)) {
          sum += weight * (first >= 0 && first < cells.length ? cells[first] : outside);
          first++;
        }
        wide[plane][x] = sum;
      }
    }
    return wide;
  }

  private void read(int plane, int row, float[] cells) {
    int rows = planes.shape()[1];
    if (row < 0 || row >= rows) {
      Arrays.fill(cells, outside);
    } else {
      planes.values().get((plane * rows + row) * cells.length, cells);
    }
  }
}
