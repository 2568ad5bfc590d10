package dev.penstock.worker.engine.devices;

import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.ForwardPass;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelPackage.PackageFile;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.engine.BatchBounds;
import dev.penstock.worker.engine.BatchRunner;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.DeviceException;
import dev.penstock.worker.engine.DeviceMemory;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.ModelLoadException;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Sleeps instead of computing: a batch of k images takes base + k x per-image. Needs no weights and
 * answers object detection, so that load, batching and failures can be tried without a GPU.
 */
final class SimulatedDevice implements Device {
  private static final int LARGEST_BATCH = 64;
  private static final String TASK = "object-detection";

  private final DeviceSpec.Simulated spec;
  private final Ticker ticker;

  SimulatedDevice(DeviceSpec.Simulated spec, Ticker ticker) {
    this.spec = spec;
    this.ticker = ticker;
  }

  /** A model that is always warm. */
  private static final class SimulatedModel implements LoadedModel {
    private final BatchRunner runner;
    private final long memory;
    private volatile int maxBatch;

    SimulatedModel(BatchRunner runner, long memory, int maxBatch) {
      this.runner = runner;
      this.memory = memory;
      this.maxBatch = maxBatch;
    }

    @Override
    public int maxBatch() {
      return maxBatch;
    }

    /** Remembered by nobody: there is nothing to measure either. */
    @Override
    public void limitBatch(int most) {
      maxBatch = Math.min(maxBatch, most);
    }

    @Override
    public long memory() {
      return memory;
    }

    @Override
    public List<BatchRunner> runners() {
      return List.of(runner);
    }

    @Override
    public void close() {}
  }

  @Override
  public String label() {
    return "simulated";
  }

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public DeviceMemory memory() {
    return new SimulatedMemory();
  }

  @Override
  public LoadedModel load(ModelPackage modelPackage) throws ModelLoadException {
    ModelDescription model = modelPackage.description();
    if (!model.taskType().equals(TASK)) {
      throw new ModelLoadException(
          "the simulated device answers %s only, not '%s'; use --device cpu"
              .formatted(TASK, model.taskType()));
    }
    try {
      int maxBatch = maxBatch(model.forwardPass());
      var runner = new SimulatedRunner(model, spec.faults(), maxBatch, this::sleep);
      return new SimulatedModel(runner, memory().estimate(modelPackage), maxBatch);
    } catch (DeviceException e) {
      throw new ModelLoadException(String.valueOf(e.getMessage()), e);
    }
  }

  private int maxBatch(ForwardPass forwardPass) throws DeviceException {
    if (spec.maxBatch() != null) {
      return spec.maxBatch();
    }
    return BatchBounds.measure(forwardPass.largestBatch(LARGEST_BATCH), SleepTrial::new, ticker);
  }

  @Override
  public void close() {}

  /** A model takes what its files do, of as much as one wants. */
  private static final class SimulatedMemory implements DeviceMemory {
    @Override
    public long capacity() {
      return Long.MAX_VALUE;
    }

    @Override
    public long headroom() {
      return Long.MAX_VALUE;
    }

    @Override
    public void giveBackFreed() {}

    @Override
    public String shortage(ModelPackage modelPackage) {
      return "there is no more";
    }

    @Override
    public OptionalLong measured(ModelPackage modelPackage) {
      return OptionalLong.of(estimate(modelPackage));
    }

    @Override
    public long estimate(ModelPackage modelPackage) {
      return modelPackage.files().stream().mapToLong(PackageFile::bytes).sum();
    }
  }

  /** A forward pass of one batch size. */
  private final class SleepTrial implements BatchBounds.Trial {
    private final int batchSize;

    SleepTrial(int batchSize) {
      this.batchSize = batchSize;
    }

    @Override
    public void run() throws DeviceException {
      sleep(batchSize);
    }

    @Override
    public void close() {}
  }

  private void sleep(int batchSize) throws DeviceException {
    long start = ticker.nanos();
    long duration = spec.baseNanos() + batchSize * spec.perImageNanos();
    for (long left = duration; left > 0; left = duration - (ticker.nanos() - start)) {
      LockSupport.parkNanos(left);
      if (Thread.currentThread().isInterrupted()) {
        throw new DeviceException(
            "interrupted in a simulated forward pass", new InterruptedException());
      }
    }
  }
}
