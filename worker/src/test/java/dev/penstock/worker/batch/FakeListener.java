package dev.penstock.worker.batch;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what was said of the device. */
final class FakeListener implements DeviceListener {
  final List<String> said = new CopyOnWriteArrayList<>();

  @Override
  public void sick(String reason) {
    said.add("sick: " + reason);
  }

  @Override
  public void well() {
    said.add("well");
  }
}
