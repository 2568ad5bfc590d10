package dev.penstock.worker.engine.natives;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import dev.penstock.config.StartupException;
import dev.penstock.worker.vision.image.OpenCv;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The native libraries of the devices, each unpacked once into the cache and not at every start.
 * Both take some hundred milliseconds to load; a start is faster when two threads do it early.
 */
public final class Natives {
  private static final String ORT_PATH_PROPERTY = "onnxruntime.native.path";

  /** Enough for 300,000 characters; taken only as used. */
  private static final long DEEP_STACK_BYTES = 64L << 20;

  private Natives() {}

  /**
   * Loads OpenCV unless it is loaded. Processes that start at once load it one after the other: on
   * an empty cache some of them failed when each waited for what another one had locked.
   *
   * @param cache folder that outlives the process
   * @throws StartupException when its libraries cannot be unpacked there or not be loaded
   */
  public static void loadOpenCv(Path cache) {
    Path natives = natives(cache);
    try {
      Telemetry.turnOff(natives); // under a short lock, so that ONNX Runtime need not wait for long
      new UnpackingLock(natives).run(OpenCv::load);
    } catch (IOException | LinkageError e) {
      throw LoadFailure.of("OpenCV", cache, e);
    }
  }

  private static Path natives(Path cache) {
    Path natives = cache.resolve("natives");
    OpenCv.unpackTo(natives.resolve("javacpp"));
    return natives;
  }

  /**
   * Loads ONNX Runtime unless it is loaded, and never with its telemetry.
   *
   * @param cache folder that outlives the process
   * @throws StartupException when its libraries cannot be unpacked there or not be loaded, or when
   *     its telemetry cannot be turned off
   */
  public static synchronized void loadOnnxRuntime(Path cache) {
    try {
      Path natives = natives(cache);
      Telemetry.turnOff(natives);
      if (System.getProperty(ORT_PATH_PROPERTY) == null) {
        Path folder = new OnnxRuntimeLibraries(natives).unpack();
        if (folder != null) {
          System.setProperty(ORT_PATH_PROPERTY, folder.toString());
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new StartupException(
          "ONNX Runtime cannot be unpacked into %s (%s): make room there, or give another folder with --cache."
              .formatted(cache, e.getMessage()),
          e);
    }
    try {
      // What it reports as an error it also throws; said by itself, it would stand before our
      // words.
      onDeepStack(
          () -> OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "penstock"));
    } catch (ExecutionException e) {
      throw LoadFailure.of("ONNX Runtime", cache, e);
    }
  }

  /** Whether this build has what computes on GPUs, which need not work on this machine. */
  public static boolean haveCuda() {
    return OnnxRuntimeLibraries.haveCuda();
  }

  /** Whether there are builds with CUDA for this system: x86-64, Linux and Windows. */
  public static boolean canHaveCuda() {
    return OnnxRuntimeLibraries.canHaveCuda();
  }

  /**
   * ONNX Runtime 1.29 looks through the process's command line when it is loaded, by recursion:
   * 5,000 characters overflow a thread's usual 1 MB, and the process dies without a word.
   */
  private static void onDeepStack(Runnable load) throws ExecutionException {
    var loading = new FutureTask<>(load, null);
    new Thread(null, loading, "load-onnxruntime", DEEP_STACK_BYTES).start();
    try {
      loading.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while ONNX Runtime was being loaded", e);
    }
  }
}
