package dev.penstock.worker.claim;

import dev.penstock.model.ModelPackage;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.ModelLoadException;
import java.util.concurrent.atomic.AtomicInteger;

/** Loads one model, however often; or fails as it is told. */
final class FakeDevice implements Device {
  final AtomicInteger loads = new AtomicInteger();
  volatile boolean refuses;
  volatile boolean breaks;
  volatile Runnable beforeLoad = () -> {};
  private final LoadedModel model;

  FakeDevice(LoadedModel model) {
    this.model = model;
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
  public LoadedModel load(ModelPackage modelPackage) throws ModelLoadException {
    loads.incrementAndGet();
    beforeLoad.run();
    if (refuses) {
      throw new ModelLoadException("no such operator");
    } else if (breaks) {
      throw new UnsatisfiedLinkError("a library that does not fit");
    }
    return model;
  }

  @Override
  public void close() {}
}
