package dev.penstock.worker.engine.devices;

import dev.penstock.worker.engine.DeviceException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong on a simulated device.
 *
 * @param crashOn a forward pass ends the process when an image's file holds this text, or null
 * @param failOn a forward pass fails when an image's file holds this text, or null
 * @param failAbove a forward pass of more images runs out of memory, or null
 * @param failWhile every forward pass fails while there is such a file, or null
 */
record SimulatedFaults(
    @Nullable String crashOn,
    @Nullable String failOn,
    @Nullable Integer failAbove,
    @Nullable Path failWhile) {

  /** What an image does to a forward pass. */
  enum Effect {
    NONE,
    FAILS,
    CRASHES;

    /**
     * Lets it happen, at the end of the pass.
     *
     * @throws DeviceException when the pass fails
     */
    void happen() throws DeviceException {
      if (this == CRASHES) {
        // As a driver does it: nobody is told and nothing is put in order.
        Runtime.getRuntime().halt(CRASHED);
      }
      if (this == FAILS) {
        throw failure("an image of the batch is poison");
      }
    }
  }

  /** Exit status of a process that a signal 6 (abort) has ended, as shells report it. */
  private static final int CRASHED = 134;

  /** What a forward pass with that image comes to. */
  Effect effectOf(byte[] payload) {
    if (holds(payload, crashOn)) {
      return Effect.CRASHES;
    }
    return holds(payload, failOn) ? Effect.FAILS : Effect.NONE;
  }

  private static boolean holds(byte[] payload, @Nullable String text) {
    return text != null && new String(payload, StandardCharsets.ISO_8859_1).contains(text);
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

  private static DeviceException failure(String reason) {
    return new DeviceException("simulated: " + reason, new IllegalStateException());
  }
}
