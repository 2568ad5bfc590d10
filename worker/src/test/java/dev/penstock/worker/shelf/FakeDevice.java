package dev.penstock.worker.shelf;

import dev.penstock.model.ModelPackage;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.DeviceMemory;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.ModelLoadException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Loads what it is given, however often; or fails as it is told. */
public final class FakeDevice implements Device {
  public final AtomicInteger loads = new AtomicInteger();
  public volatile boolean refuses;
  public volatile Runnable beforeLoad = () -> {};
  final FakeMemory memory = new FakeMemory();
  volatile boolean breaks;

  /** So many loads fail because memory is short. */
  final AtomicInteger shortages = new AtomicInteger();

  private final Function<ModelPackage, LoadedModel> models;

  public FakeDevice(LoadedModel model) {
    this(modelPackage -> model);
  }

  FakeDevice(Function<ModelPackage, LoadedModel> models) {
    this.models = models;
  }

  @Override
  public String label() {
    return "fake";
  }

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public DeviceMemory memory() {
    return memory;
  }

  @Override
  public LoadedModel load(ModelPackage modelPackage) throws ModelLoadException {
    loads.incrementAndGet();
    beforeLoad.run();
    if (refuses) {
      throw new ModelLoadException("no such operator");
    } else if (breaks) {
      throw new UnsatisfiedLinkError("a library that does not fit");
    } else if (shortages.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new ModelLoadException("the GPU is full", null, true);
    }
    return models.apply(modelPackage);
  }

  @Override
  public void close() {}
}
