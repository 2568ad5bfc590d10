package dev.penstock.worker.vision.mask;

import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Placement;
import java.util.Arrays;

/**
 * Brings masks from a network's grid to one picture, as the reference does: the padding is cut off
 * in whole cells, the rest is scaled to the part of the picture that the network saw, horizontally
 * first, and compared with a threshold. Only what the object's part of the grid reaches is
 * computed.
 */
public final class MaskScaler {
  private final Placement placement;
  private final int cutLeft;
  private final int cutTop;
  private final AxisWeights columns;
  private final AxisWeights rows;

  /**
   * @param gridHeight cells for the height of the network's input
   * @param gridWidth cells for its width
   */
  public MaskScaler(int gridHeight, int gridWidth, Placement placement) {
    this.placement = placement;
    ImageSize network = placement.network();
    Placement.Padding padding = placement.padding();
    this.cutLeft = cells(padding.left(), gridWidth, network.width());
    this.cutTop = cells(padding.top(), gridHeight, network.height());
    int width = gridWidth - cutLeft - cells(padding.right(), gridWidth, network.width());
    int height = gridHeight - cutTop - cells(padding.bottom(), gridHeight, network.height());
    this.columns = new AxisWeights(Math.max(1, width), placement.part().size().width());
    this.rows = new AxisWeights(Math.max(1, height), placement.part().size().height());
  }

  private static int cells(int padding, int grid, int network) {
    return (int) Math.rint((double) grid / network * padding);
  }

  /**
   * @param threshold values above are covered
   */
  public Mask scale(MaskGrid grid, float threshold) {
    int left = grid.left() - cutLeft;
    int top = grid.top() - cutTop;
    int fromX = columns.outputFrom(left);
    int toX = Math.max(fromX, columns.outputBeyond(left + grid.columns()));
    int fromY = rows.outputFrom(top);
    int toY = Math.max(fromY, rows.outputBeyond(top + grid.rows()));
    float[] wide = widen(grid, left, fromX, toX);
    byte[] covered = new byte[(toY - fromY) * (toX - fromX)];
    float[] line = new float[toX - fromX];
    for (int y = fromY; y < toY; y++) {
      mix(wide, rows.first(y) - top, rows.weights(y), grid.rows(), line);
      int at = (y - fromY) * line.length;
      for (int x = 0; x < line.length; x++) {
        covered[at + x] = (byte) (line[x] > threshold ? 1 : 0);
      }
    }
    return new Mask(
        placement.image(),
        placement.part().left() + fromX,
        placement.part().top() + fromY,
        toX - fromX,
        toY - fromY,
        covered);
  }

  /** Scales the lines of the grid: {@code [grid rows, toX − fromX]}. */
  private float[] widen(MaskGrid grid, int left, int fromX, int toX) {
    float[] wide = new float[grid.rows() * (toX - fromX)];
    for (int x = fromX; x < toX; x++) {
      float[] weights = columns.weights(x);
      int first = columns.first(x) - left;
      for (int y = 0; y < grid.rows(); y++) {
        float sum = 0;
        for (int j = Math.max(0, -first); j < weights.length && first + j < grid.columns(); j++) {
          sum += weights[j] * grid.values()[y * grid.columns() + first + j];
        }
        wide[y * (toX - fromX) + x - fromX] = sum;
      }
    }
    return wide;
  }

  /** One line of the mask from the lines of the grid it lies between. */
  private static void mix(float[] wide, int first, float[] weights, int gridRows, float[] line) {
    Arrays.fill(line, 0);
    for (int j = Math.max(0, -first); j < weights.length && first + j < gridRows; j++) {
      int from = (first + j) * line.length;
      for (int x = 0; x < line.length; x++) {
        line[x] += weights[j] * wide[from + x];
      }
    }
  }
}
