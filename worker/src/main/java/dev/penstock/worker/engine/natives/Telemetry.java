package dev.penstock.worker.engine.natives;

import dev.penstock.config.StartupException;
import dev.penstock.worker.engine.environment.NativeEnvironment;
import java.io.IOException;
import java.nio.file.Path;

/**
 * ONNX Runtime's reports to its vendor. Since 1.29 the official builds for Linux write names and
 * all metadata of every model to a folder in the user's cache, and send them.
 *
 * <p>Its own switch, {@code OrtEnvironment.setTelemetry}, comes too late: by then the folder is
 * there, and who runs this is reported. Only the variable, seen before its environment is made,
 * leaves nothing behind.
 */
final class Telemetry {
  /** The variable; read once, when the environment is made. */
  static final String SWITCH = "ORT_DISABLE_TELEMETRY";

  private static boolean off;

  private Telemetry() {}

  /**
   * Call before anything of ONNX Runtime is touched.
   *
   * @param natives the folder libraries are unpacked to
   * @throws IOException when nothing can be unpacked there
   * @throws StartupException when it stays on, so that nothing is loaded
   */
  static synchronized void turnOff(Path natives) throws IOException {
    if (off) {
      return;
    }
    try {
      // JavaCPP unpacks its own library now, if this is the first time.
      new UnpackingLock(natives).run(() -> NativeEnvironment.set(SWITCH, "1"));
      off = true;
    } catch (LinkageError | IllegalStateException e) {
      throw new StartupException(
          "Cannot turn off ONNX Runtime's telemetry, and it is not started with it: %s. Install what the message names."
              .formatted(e.getMessage()),
          e);
    }
  }
}
