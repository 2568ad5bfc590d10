package dev.penstock.model.onnx;

import java.util.List;
import java.util.stream.Collectors;

/**
 * An input or an output of a network.
 *
 * @param name as the graph calls it
 * @param type its elements, for example {@code float32}
 * @param shape its dimensions, outermost first; empty when the file does not say
 */
public record TensorSpec(String name, String type, List<Dimension> shape) {
  public TensorSpec {
    shape = List.copyOf(shape);
  }

  /**
   * One side of a tensor.
   *
   * @param size −1 when it is not fixed
   * @param name what the export tool calls it, may be empty
   */
  public record Dimension(long size, String name) {
    /** Longer names are formulas of other names and tell a reader nothing. */
    private static final int LONGEST_NAME = 24;

    public boolean fixed() {
      return size >= 0;
    }

    @Override
    public String toString() {
      if (fixed()) {
        return Long.toString(size);
      }
      return name.isEmpty() || name.length() > LONGEST_NAME ? "?" : name;
    }
  }

  /** How many dimensions it has; 0 when the file does not say. */
  public int rank() {
    return shape.size();
  }

  /**
   * One side.
   *
   * @param axis from 0; counted from the end when negative
   * @return −1 when it is not fixed or there is no such axis
   */
  public long side(int axis) {
    int index = axis < 0 ? shape.size() + axis : axis;
    return index < 0 || index >= shape.size() ? -1 : shape.get(index).size();
  }

  /** For people: {@code images float32 [batch, 3, 640, 640]}. */
  @Override
  public String toString() {
    return name
        + " "
        + type
        + " "
        + shape.stream().map(Dimension::toString).collect(Collectors.joining(", ", "[", "]"));
  }
}
