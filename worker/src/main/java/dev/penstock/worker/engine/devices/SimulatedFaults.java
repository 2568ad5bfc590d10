package dev.penstock.worker.engine.devices;

import dev.penstock.worker.engine.DeviceException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong on a simulated device.
 *
 * @param failOn a forward pass fails when an image's file holds this text, or null
 * @param failAbove a forward pass of more images runs out of memory, or null
 * @param failWhile every forward pass fails while there is such a file, or null
 */
record SimulatedFaults(
    @Nullable String failOn, @Nullable Integer failAbove, @Nullable Path failWhile) {

  /** Whether a forward pass with that image fails. */
  boolean isPoison(byte[] payload) {
    return failOn != null && new String(payload, StandardCharsets.ISO_8859_1).contains(failOn);
  }

  /**
   * @throws DeviceException when a forward pass of that size fails now
   */
  void check(int batchSize) throws DeviceException {
    if (failWhile != null && Files.exists(failWhile)) {
      throw failure("there is a file " + failWhile);
    }
    if (failAbove != null && batchSize > failAbove) {
      throw DeviceException.outOfMemory(
          "simulated: a batch of " + batchSize + " does not fit", new IllegalStateException());
    }
  }

  static DeviceException failure(String reason) {
    return new DeviceException("simulated: " + reason, new IllegalStateException());
  }
}
