package dev.penstock.worker.engine.natives;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import dev.penstock.config.StartupException;
import dev.penstock.worker.vision.image.OpenCv;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * The native libraries of the devices, each unpacked once into the cache and not at every start.
 * Both take some hundred milliseconds to load; a start is faster when two threads do it early.
 */
public final class Natives {
  private static final String ORT_PATH_PROPERTY = "onnxruntime.native.path";

  private Natives() {}

  /**
   * Loads OpenCV unless it is loaded.
   *
   * @param cache folder that outlives the process
   */
  public static void loadOpenCv(Path cache) {
    OpenCv.unpackTo(cache.resolve("natives").resolve("javacpp"));
    OpenCv.load();
  }

  /**
   * Loads ONNX Runtime unless it is loaded.
   *
   * @param cache folder that outlives the process
   * @throws StartupException when its libraries cannot be unpacked there
   */
  public static synchronized void loadOnnxRuntime(Path cache) {
    if (System.getProperty(ORT_PATH_PROPERTY) == null) {
      try {
        Path folder = new OnnxRuntimeLibraries(cache.resolve("natives")).unpack();
        if (folder != null) {
          System.setProperty(ORT_PATH_PROPERTY, folder.toString());
        }
      } catch (IOException | UncheckedIOException e) {
        throw new StartupException(
            "Cannot unpack ONNX Runtime into %s: %s. Make room there or give another cache folder."
                .formatted(cache, e),
            e);
      }
    }
    OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "penstock");
  }
}
