package dev.penstock.worker.engine.onnx;

import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.worker.engine.DeviceException;
import dev.penstock.worker.engine.WarmUpPictures;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.image.Picture;
import dev.penstock.worker.vision.preprocess.Preprocessor;
import dev.penstock.worker.vision.preprocess.UnusableImageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * Whether pictures that run together have the outputs that each has alone, whatever a network's
 * shapes claim: a loop that was traced over one picture answers nothing for the others of a batch.
 * Outputs are compared, not predictions, so that a low score counts as much as a high one.
 */
final class BatchProof implements AutoCloseable {
  private static final int LONGEST_SIDE = 640;
  private static final int SHORTEST_SIDE = 64;

  /**
   * What the pictures are multiplied by until the network proposes something in both. Beyond 1 they
   * are no pictures any more, but louder.
   */
  private static final double[] LOUDNESS = {1, 4, -2, 30, 300};

  private final OnnxNetwork network;
  private final NetworkInput input;
  private final List<Mat> pictures = new ArrayList<>();
  private final List<TensorLane> alone = new ArrayList<>();
  private final List<List<OutputComparison>> expected = new ArrayList<>();
  private final @Nullable String unprovable;

  /**
   * Runs each of two pictures alone.
   *
   * @throws DeviceException when the network does not run
   */
  BatchProof(OnnxNetwork network, NetworkInput input, ModelFamily family, Preprocessor preprocessor)
      throws DeviceException {
    this.network = network;
    this.input = input;
    boolean ready = false;
    try {
      for (int seed = 1; seed <= 2; seed++) {
        pictures.add(picture(seed, preprocessor));
        alone.add(lane(Math.max(1, network.fixedBatch())));
      }
      this.unprovable = runAlone(family);
      ready = true;
    } finally {
      if (!ready) {
        close();
      }
    }
  }

  private Mat picture(long seed, Preprocessor preprocessor) throws DeviceException {
    int width = Math.max(SHORTEST_SIDE, Math.min(LONGEST_SIDE, input.width()));
    int height = Math.max(SHORTEST_SIDE, Math.min(LONGEST_SIDE, input.height()));
    var target = new Mat(input.channels() * input.height(), input.width(), opencv_core.CV_32FC1);
    try (Picture picture = WarmUpPictures.of(seed, width, height)) {
      preprocessor.write(picture, Set.of(), target);
      return target;
    } catch (UnusableImageException e) {
      target.close();
      throw new DeviceException("the warm-up picture was refused: " + e.getMessage(), e);
    }
  }

  private TensorLane lane(int capacity) {
    return new TensorLane(network, capacity, input.channels(), input.height(), input.width());
  }

  /** Why the outputs prove nothing, or null when they can. */
  private @Nullable String runAlone(ModelFamily family) throws DeviceException {
    String reason = null;
    for (double loudness : LOUDNESS) {
      runAlone(loudness);
      for (TensorLane lane : alone) {
        String misshapen = misshapen(lane, Math.max(1, network.fixedBatch()));
        if (misshapen != null) {
          return misshapen;
        }
      }
      reason = silence(family);
      if (reason == null) {
        for (Mat picture : pictures) {
          picture.convertTo(picture, -1, loudness, 0);
        }
        return null;
      }
    }
    return reason;
  }

  private void runAlone(double loudness) throws DeviceException {
    for (int which = 0; which < 2; which++) {
      // A fixed batch is full of the one picture.
      for (int place = 0; place < Math.max(1, network.fixedBatch()); place++) {
        try (Mat slot = alone.get(which).slot(place)) {
          pictures.get(which).convertTo(slot, -1, loudness, 0);
        }
      }
      alone.get(which).run(1);
    }
  }

  /** Why these outputs tell nothing of batches, or null when they do. */
  private @Nullable String silence(ModelFamily family) {
    List<List<Tensor>> outputs = alone.stream().map(lane -> lane.outputs(0)).toList();
    if (!outputs.stream().allMatch(family::proposes)) {
      return "it finds nothing in the pictures of the warm-up, so that nothing shows whether"
          + " batches are right";
    }
    expected.clear();
    expected.add(comparisons(outputs.get(0), outputs.get(1)));
    expected.add(comparisons(outputs.get(1), outputs.get(0)));
    if (expected.get(0).stream().noneMatch(OutputComparison::tells)) {
      return "it answers all pictures of the warm-up alike, so that nothing shows whether batches"
          + " are right";
    }
    return null;
  }

  private static List<OutputComparison> comparisons(List<Tensor> outputs, List<Tensor> others) {
    var comparisons = new ArrayList<OutputComparison>();
    for (int output = 0; output < outputs.size(); output++) {
      comparisons.add(new OutputComparison(outputs.get(output), others.get(output)));
    }
    return comparisons;
  }

  /**
   * Runs both pictures in turns; a pair of them in either order.
   *
   * @return what is wrong with batches of that size, or null when they are proved to be right
   * @throws DeviceException when they do not fit into the device's memory
   */
  @Nullable String objection(int size) throws DeviceException {
    if (unprovable != null) {
      return unprovable;
    }
    try (TensorLane lane = lane(size)) {
      for (int first = 0; first < (size == 2 ? 2 : 1); first++) {
        String objection = objection(lane, size, first);
        if (objection != null) {
          return objection;
        }
      }
      return null;
    } catch (DeviceException e) {
      if (e.isOutOfMemory()) {
        throw e;
      }
      String said = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      return "batches of %d do not run (%s)".formatted(size, said);
    }
  }

  private @Nullable String objection(TensorLane lane, int size, int first) throws DeviceException {
    for (int slot = 0; slot < size; slot++) {
      try (Mat target = lane.slot(slot)) {
        pictures.get((first + slot) % 2).copyTo(target);
      }
    }
    lane.run(size);
    String misshapen = misshapen(lane, size);
    for (int slot = 0; slot < size && misshapen == null; slot++) {
      if (!isAsAlone(lane.outputs(slot), (first + slot) % 2)) {
        return "in a batch of %d it answers picture %d otherwise than alone"
            .formatted(size, slot + 1);
      }
    }
    return misshapen;
  }

  private boolean isAsAlone(List<Tensor> outputs, int which) {
    for (int output = 0; output < outputs.size(); output++) {
      if (!expected.get(which).get(output).matches(outputs.get(output))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether what a network with a fixed batch answers for the first picture has nothing to do with
   * the others.
   */
  boolean firstStandsAlone() throws DeviceException {
    if (unprovable != null) {
      return true;
    }
    try (TensorLane lane = lane(network.fixedBatch())) {
      for (int slot = 0; slot < network.fixedBatch(); slot++) {
        try (Mat target = lane.slot(slot)) {
          pictures.get(slot == 0 ? 0 : 1).copyTo(target);
        }
      }
      lane.run(network.fixedBatch());
      return isAsAlone(lane.outputs(0), 0);
    }
  }

  private static @Nullable String misshapen(TensorLane lane, int rows) {
    for (long[] shape : lane.outputShapes()) {
      if (shape.length == 0 || shape[0] != rows) {
        return "to a batch of %d it answers %s".formatted(rows, Arrays.toString(shape));
      }
    }
    return null;
  }

  @Override
  public void close() {
    alone.forEach(TensorLane::close);
    pictures.forEach(Mat::close);
  }
}
