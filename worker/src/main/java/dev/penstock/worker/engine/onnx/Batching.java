package dev.penstock.worker.engine.onnx;

import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.worker.engine.BatchBounds;
import dev.penstock.worker.engine.DeviceException;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.preprocess.Preprocessor;
import org.jspecify.annotations.Nullable;

/**
 * How many pictures a network gets at once.
 *
 * @param most pictures
 * @param objection why it does not get more, where that is not for the sake of speed; or null
 */
record Batching(int most, @Nullable String objection) {

  /** Finds the bound of a network whose batches may have any size. */
  @FunctionalInterface
  interface Search {
    /** As {@link BatchBounds#of}. */
    int find(BatchBounds.Trials trials) throws DeviceException;
  }

  /** Passes over empty pictures. */
  private record LaneTrial(TensorLane lane, int batchSize) implements BatchBounds.Trial {
    @Override
    public void run() throws DeviceException {
      lane.run(batchSize);
    }

    @Override
    public void close() {
      lane.close();
    }
  }

  /**
   * The largest batch that is worth it, and proved to be right.
   *
   * @param limit more it must not get, where its batch is not fixed
   */
  static Batching of(
      OnnxNetwork network,
      NetworkInput input,
      ModelFamily family,
      Preprocessor preprocessor,
      int limit,
      Search search)
      throws DeviceException, UnsupportedModelException {
    int fixed = network.fixedBatch();
    if (fixed == 1 || (fixed == 0 && limit == 1)) {
      return new Batching(1, null);
    }
    try (var proof = new BatchProof(network, input, family, preprocessor)) {
      if (fixed > 0) {
        return fixed(proof, fixed);
      }
      String objection = objectionIfItFits(proof, 2);
      if (objection != null) {
        return new Batching(1, objection);
      }
      int found =
          search.find(
              size -> {
                var lane =
                    new TensorLane(network, size, input.channels(), input.height(), input.width());
                return new LaneTrial(lane, size);
              });
      return proved(proof, found);
    }
  }

  private static Batching fixed(BatchProof proof, int size)
      throws DeviceException, UnsupportedModelException {
    String objection = proof.objection(size);
    if (objection == null) {
      return new Batching(size, null);
    }
    if (!proof.firstStandsAlone()) {
      throw new UnsupportedModelException(
          "its batch is fixed at %d pictures, and what it answers for one depends on the others:"
                  .formatted(size)
              + " export it with a batch of 1");
    }
    return new Batching(1, objection);
  }

  /** A loop over two pictures is right for two and wrong for four. */
  private static Batching proved(BatchProof proof, int found) throws DeviceException {
    String first = null;
    int size = found;
    while (size > 2) {
      String objection = objectionIfItFits(proof, size);
      if (objection == null) {
        return new Batching(size, first);
      }
      first = first == null ? objection : first;
      size /= 2;
    }
    return new Batching(size, first);
  }

  private static @Nullable String objectionIfItFits(BatchProof proof, int size)
      throws DeviceException {
    try {
      return proof.objection(size);
    } catch (DeviceException e) {
      if (e.isOutOfMemory()) {
        return "batches of %d do not fit into the memory".formatted(size);
      }
      throw e;
    }
  }
}
