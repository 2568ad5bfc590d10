package dev.penstock.worker.engine;

/** Another device, but for how it loads. */
public abstract class ForwardingDevice implements Device {
  protected final Device device;

  protected ForwardingDevice(Device device) {
    this.device = device;
  }

  @Override
  public final String label() {
    return device.label();
  }

  @Override
  public final int lanes() {
    return device.lanes();
  }

  @Override
  public final DeviceMemory memory() {
    return device.memory();
  }

  @Override
  public final void close() {
    device.close();
  }
}
