package dev.penstock.worker.claim;

import dev.penstock.model.ModelPackage;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.ForwardingDevice;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.ModelLoadException;

/** A device whose loads are announced: when one kills the worker, nothing else is to blame. */
final class AnnouncedLoads extends ForwardingDevice {
  private final ExecutionAnnouncer executions;

  AnnouncedLoads(Device device, ExecutionAnnouncer executions) {
    super(device);
    this.executions = executions;
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
}
