package dev.penstock.worker.claim;

import dev.penstock.model.ModelPackage;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.DeviceMemory;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.ModelLoadException;

/** A device whose loads are announced: when one kills the worker, nothing else is to blame. */
final class AnnouncedLoads implements Device {
  private final Device device;
  private final ExecutionAnnouncer executions;

  AnnouncedLoads(Device device, ExecutionAnnouncer executions) {
    this.device = device;
    this.executions = executions;
  }

  @Override
  public String label() {
    return device.label();
  }

  @Override
  public int lanes() {
    return device.lanes();
  }

  @Override
  public DeviceMemory memory() {
    return device.memory();
  }

  @Override
  public LoadedModel load(ModelPackage modelPackage) throws ModelLoadException {
    executions.loadStarts();
    try {
      return device.load(modelPackage);
    } finally {
      executions.loadEnded();
    }
  }

  @Override
  public void close() {
    device.close();
  }
}
