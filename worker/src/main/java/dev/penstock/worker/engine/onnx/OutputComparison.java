package dev.penstock.worker.engine.onnx;

import dev.penstock.worker.vision.Tensor;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Whether the output of a picture in a batch is the one that it has alone. Measured by what another
 * picture changes, channel by channel, so that scores count as much as the boxes beside them, and
 * half precision and 8-bit weights may differ as they do.
 */
final class OutputComparison {
  /** Of the difference to another picture. */
  private static final double SHARE = 0.1;

  /** Of the values themselves, where pictures differ little: half precision has three digits. */
  private static final double PRECISION = 2e-3;

  /** Smaller values are nothing, on average. */
  private static final double NOTHING = 1e-9;

  /** What is sorted is copied to the heap. */
  private static final int MOST_SORTED = 1 << 22;

  private final Tensor alone;
  private final Channels channels;
  private final double[] allowed;
  private final boolean tells;

  /**
   * @param alone output of a picture that runs alone
   * @param other output of another picture that runs alone
   */
  OutputComparison(Tensor alone, Tensor other) {
    this.alone = alone;
    this.channels = Channels.of(alone);
    double[] changes = new double[channels.count()];
    double[] sizes = new double[changes.length];
    boolean sameShape = Arrays.equals(alone.shape(), other.shape());
    FloatBuffer values = alone.values();
    for (int i = 0; i < count(alone); i++) {
      float value = values.get(i);
      float change = sameShape ? value - other.values().get(i) : value;
      int channel = channels.of(i);
      sizes[channel] += Float.isFinite(value) ? Math.abs(value) : 0;
      changes[channel] += Float.isFinite(change) ? Math.abs(change) : 0;
    }
    this.allowed = new double[changes.length];
    boolean differs = !sameShape;
    for (int channel = 0; channel < changes.length; channel++) {
      double least =
          PRECISION * sizes[channel] + NOTHING * count(alone) / Math.max(1, changes.length);
      differs |= changes[channel] > least;
      allowed[channel] = SHARE * changes[channel] + least;
    }
    this.tells = differs;
  }

  /** Whether the two pictures have clearly different outputs. */
  boolean tells() {
    return tells;
  }

  /** Whether an output of the same picture in a batch is the same. */
  boolean matches(Tensor batched) {
    return Arrays.equals(alone.shape(), batched.shape())
        && (isNear(alone, batched) || isNearInAnyOrder(batched));
  }

  /** Candidates that are almost equally good change places for nothing. */
  private boolean isNearInAnyOrder(Tensor batched) {
    return alone.shape().length == 2
        && count(alone) <= MOST_SORTED
        && isNear(sorted(alone), sorted(batched));
  }

  private boolean isNear(Tensor expected, Tensor found) {
    double[] distances = new double[allowed.length];
    Channels of = Channels.of(expected);
    for (int i = 0; i < count(expected); i++) {
      float left = expected.values().get(i);
      float right = found.values().get(i);
      // The same number is near, and so are two that are none.
      if (Float.compare(left, right) != 0) {
        distances[of.of(i)] += Math.abs(left - right);
      }
    }
    for (int channel = 0; channel < distances.length; channel++) {
      if (!(distances[channel] <= allowed[channel])) {
        return false;
      }
    }
    return true;
  }

  /** Each channel by itself, as {@code [channels, values]}. */
  private static Tensor sorted(Tensor output) {
    Channels of = Channels.of(output);
    int channels = of.count();
    int each = count(output) / Math.max(1, channels);
    float[] values = new float[count(output)];
    int[] next = new int[channels];
    for (int i = 0; i < values.length; i++) {
      int channel = of.of(i);
      values[channel * each + next[channel]++] = output.values().get(i);
    }
    for (int channel = 0; channel < channels; channel++) {
      Arrays.sort(values, channel * each, (channel + 1) * each);
    }
    return new Tensor(FloatBuffer.wrap(values), new int[] {channels, each});
  }

  /**
   * Which channel a value belongs to: the shorter side of a table, the outermost one of anything
   * larger.
   */
  private record Channels(int count, int divisor) {
    static Channels of(Tensor output) {
      int[] shape = output.shape();
      if (shape.length < 2) {
        return new Channels(1, 1);
      }
      if (shape.length == 2 && shape[1] < shape[0]) {
        return new Channels(shape[1], 1);
      }
      return new Channels(
          shape[0], Math.max(1, OutputComparison.count(output) / Math.max(1, shape[0])));
    }

    int of(int index) {
      return index / divisor % count;
    }
  }

  private static int count(Tensor output) {
    int count = 1;
    for (int side : output.shape()) {
      count *= side;
    }
    return count;
  }
}
