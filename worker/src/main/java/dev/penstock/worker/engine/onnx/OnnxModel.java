package dev.penstock.worker.engine.onnx;

import ai.onnxruntime.OrtSession.SessionOptions;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelPackage;
import dev.penstock.worker.engine.BatchBounds;
import dev.penstock.worker.engine.BatchRunner;
import dev.penstock.worker.engine.DeviceException;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.ModelLoadException;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.family.ModelFamilies;
import dev.penstock.worker.vision.preprocess.Preprocessor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** A network with the buffers of its lanes and what surrounds it. */
final class OnnxModel implements LoadedModel {
  private final OnnxNetwork network;
  private final Preprocessor preprocessor;
  private final int maxBatch;
  private final List<OnnxRunner> runners;

  private OnnxModel(
      OnnxNetwork network, Preprocessor preprocessor, int maxBatch, List<OnnxRunner> runners) {
    this.network = network;
    this.preprocessor = preprocessor;
    this.maxBatch = maxBatch;
    this.runners = runners;
  }

  /** Finds the batch bound of a model on its device. */
  @FunctionalInterface
  interface BoundFinder {
    int find(ModelPackage modelPackage, int limit, BatchBounds.Trials trials)
        throws DeviceException;
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
   * @param largestBatch more the device is never given at once
   */
  static OnnxModel load(
      ModelPackage modelPackage,
      SessionOptions options,
      int lanes,
      int largestBatch,
      BoundFinder bounds)
      throws ModelLoadException {
    var opened = new ArrayDeque<Runnable>();
    try {
      var family = ModelFamilies.of(modelPackage.description());
      NetworkInput input = family.input();
      var preprocessor =
          new Preprocessor(
              input, modelPackage.description().preprocessing(), family.interpolation());
      opened.push(preprocessor::close);
      OnnxNetwork network = OnnxNetwork.open(modelPackage.weights(), options);
      opened.push(network::close);
      network.checkInput(input.channels(), input.height(), input.width());
      family.check(network.outputShapes());
      int maxBatch = maxBatch(modelPackage, network, input, largestBatch, bounds);
      var runners = new ArrayList<OnnxRunner>();
      for (int lane = 0; lane < lanes; lane++) {
        TensorLane tensors = lane(network, maxBatch, input);
        opened.push(tensors::close);
        if (lane == 0 && network.hasOpenOutputs()) {
          tensors.run(1);
          family.check(tensors.outputShapes());
        }
        runners.add(new OnnxRunner(tensors, maxBatch, family, preprocessor));
      }
      WarmUp.run(runners.get(0));
      opened.clear();
      return new OnnxModel(network, preprocessor, maxBatch, List.copyOf(runners));
    } catch (UnsupportedModelException e) {
      throw new ModelLoadException(e.getMessage(), e);
    } catch (DeviceException e) {
      throw new ModelLoadException("a first forward pass failed: " + e.getMessage(), e);
    } finally {
      opened.forEach(Runnable::run);
    }
  }

  private static int maxBatch(
      ModelPackage modelPackage,
      OnnxNetwork network,
      NetworkInput input,
      int largestBatch,
      BoundFinder bounds)
      throws DeviceException {
    int fixed = (int) network.inputShape()[0];
    if (fixed > 0) {
      return fixed;
    }
    int limit = modelPackage.description().forwardPass().largestBatch(largestBatch);
    return bounds.find(
        modelPackage,
        limit,
        batchSize -> new LaneTrial(lane(network, batchSize, input), batchSize));
  }

  private static TensorLane lane(OnnxNetwork network, int capacity, NetworkInput input) {
    return new TensorLane(network, capacity, input.channels(), input.height(), input.width());
  }

  @Override
  public int maxBatch() {
    return maxBatch;
  }

  @Override
  public List<BatchRunner> runners() {
    return List.copyOf(runners);
  }

  @Override
  public void close() {
    runners.forEach(OnnxRunner::close);
    preprocessor.close();
    network.close();
  }
}
