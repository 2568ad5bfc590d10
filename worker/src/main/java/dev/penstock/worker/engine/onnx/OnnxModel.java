package dev.penstock.worker.engine.onnx;

import ai.onnxruntime.OrtSession.SessionOptions;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelPackage;
import dev.penstock.worker.engine.BatchBounds;
import dev.penstock.worker.engine.BatchRunner;
import dev.penstock.worker.engine.DeviceException;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.ModelLoadException;
import dev.penstock.worker.engine.WarmUp;
import dev.penstock.worker.engine.natives.ProcessMemory;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.family.ModelFamilies;
import dev.penstock.worker.vision.preprocess.Preprocessor;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A network with the buffers of its lanes and what surrounds it. */
final class OnnxModel implements LoadedModel {
  private static final System.Logger LOG = System.getLogger(OnnxModel.class.getName());

  private final OnnxNetwork network;
  private final Preprocessor preprocessor;
  private final List<OnnxRunner> runners;
  private final Bound bound;
  private final Batching batching;
  private final long memory;
  private volatile int maxBatch;

  private OnnxModel(
      OnnxNetwork network,
      Preprocessor preprocessor,
      List<OnnxRunner> runners,
      Bound bound,
      Batching batching,
      long memory) {
    this.network = network;
    this.preprocessor = preprocessor;
    this.runners = runners;
    this.bound = bound;
    this.batching = batching;
    this.maxBatch = batching.most();
    this.memory = memory;
  }

  /** The batch bound of a model on its device. */
  interface Bound {
    int find(int limit, BatchBounds.Trials trials) throws DeviceException;

    /** Whether it is known to be one: nothing is left to prove, which takes some passes. */
    boolean isOne();

    /** Remembers a smaller one. */
    void lower(int most);

    /** The model has left the device. */
    void unloaded();
  }

  /**
   * @param largestBatch more the device is never given at once
   */
  static OnnxModel load(
      ModelPackage modelPackage,
      SessionOptions options,
      int lanes,
      int largestBatch,
      Bound bound,
      OnnxMemory.Measurement measurement)
      throws ModelLoadException {
    var opened = new ArrayDeque<Runnable>();
    try {
      var family = ModelFamilies.of(modelPackage.description());
      NetworkInput input = family.input();
      var preprocessor =
          new Preprocessor(
              input, modelPackage.description().preprocessing(), family.interpolation());
      opened.push(preprocessor::close);
      OnnxNetwork network = OnnxNetwork.open(modelPackage.weights(), options, family);
      opened.push(network::close);
      network.checkInput(input.channels(), input.height(), input.width());
      family.check(network.outputShapes());
      Batching batching =
          batching(modelPackage, network, family, preprocessor, largestBatch, bound);
      int maxBatch = batching.most();
      var runners = new ArrayList<OnnxRunner>();
      var buffers = new ArrayList<TensorLane>();
      for (int lane = 0; lane < lanes; lane++) {
        TensorLane tensors = lane(network, Math.max(maxBatch, network.fixedBatch()), input);
        opened.push(tensors::close);
        buffers.add(tensors);
        if (lane == 0 && network.hasOpenOutputs()) {
          tensors.run(1);
          family.check(tensors.outputShapes());
        }
        runners.add(new OnnxRunner(tensors, maxBatch, family, preprocessor));
      }
      WarmUp.run(runners.get(0));
      String doubt = family.doubt(buffers.get(0).outputs(0));
      if (doubt != null) {
        throw new UnsupportedModelException(doubt);
      }
      long memory = memory(buffers, maxBatch, measurement);
      opened.clear();
      return new OnnxModel(network, preprocessor, List.copyOf(runners), bound, batching, memory);
    } catch (UnsupportedModelException e) {
      throw new ModelLoadException(e.getMessage(), e);
    } catch (DeviceException e) {
      throw new ModelLoadException(
          "a first forward pass failed: " + e.getMessage(), e, e.isOutOfMemory());
    } catch (OutOfMemoryError e) {
      throw new ModelLoadException("there is no memory for it", e, true);
    } finally {
      opened.forEach(Runnable::run);
    }
  }

  /**
   * Gives back what trials of larger batches have left in the runtime's arena, and looks at what
   * the largest batch that will be run takes.
   */
  private static long memory(
      List<TensorLane> lanes, int maxBatch, OnnxMemory.Measurement measurement)
      throws DeviceException {
    lanes.get(0).runAndShrink(1, measurement.arena());
    ProcessMemory.giveBackFreed();
    long idle = measurement.used();
    lanes.get(0).run(maxBatch);
    long known = lanes.stream().mapToLong(TensorLane::bytes).sum();
    return measurement.after(idle, known);
  }

  private static Batching batching(
      ModelPackage modelPackage,
      OnnxNetwork network,
      ModelFamily family,
      Preprocessor preprocessor,
      int largestBatch,
      Bound bound)
      throws DeviceException, UnsupportedModelException {
    int limit =
        bound.isOne() ? 1 : modelPackage.description().forwardPass().largestBatch(largestBatch);
    Batching batching =
        Batching.of(
            network,
            family.input(),
            family,
            preprocessor,
            limit,
            trials -> bound.find(limit, trials));
    if (batching.objection() != null) {
      LOG.log(
          Level.WARNING,
          "{0} runs its pictures {1}: {2} ({3})",
          modelPackage.id(),
          batching.most() == 1 ? "one by one" : "in batches of at most " + batching.most(),
          batching.objection(),
          "see docs/models.md, Batches");
    }
    return batching;
  }

  private static TensorLane lane(OnnxNetwork network, int capacity, NetworkInput input) {
    return new TensorLane(network, capacity, input.channels(), input.height(), input.width());
  }

  @Override
  public int maxBatch() {
    return maxBatch;
  }

  @Override
  public @Nullable String batchObjection() {
    return batching.objection();
  }

  @Override
  public synchronized void limitBatch(int most) {
    if (network.fixedBatch() == 0 && most < maxBatch) {
      maxBatch = most;
      bound.lower(most);
    }
  }

  @Override
  public long memory() {
    return memory;
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
    bound.unloaded();
    ProcessMemory.giveBackFreed();
  }
}
