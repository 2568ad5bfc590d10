package dev.penstock.worker.vision.image;

import dev.penstock.worker.engine.environment.NativeEnvironment;
import dev.penstock.worker.memory.NativeMemory;
import java.nio.file.Path;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;

/** OpenCV's native libraries: the same code as the reference server's {@code cv2}. */
public final class OpenCv {
  private static final String CACHE_PROPERTY = "org.bytedeco.javacpp.cachedir";

  private OpenCv() {}

  /**
   * Chooses the folder the libraries are unpacked to at their first use ever; without it, and after
   * {@link #load}, they stay in the user's own cache.
   */
  public static void unpackTo(Path folder) {
    if (System.getProperty(CACHE_PROPERTY) == null) {
      System.setProperty(CACHE_PROPERTY, folder.toString());
    }
  }

  /** Loads the libraries unless they are loaded. Takes some hundred milliseconds of one core. */
  public static void load() {
    Loaded.touch();
  }

  /** The JVM runs this once, whoever comes first; the others wait. */
  private static final class Loaded {
    static {
      NativeMemory.liftLimits();
      // It reads these when it is loaded: hostile pictures must not fill the log, nor the memory
      // where their size shows only while they are decoded.
      NativeEnvironment.setDefault("OPENCV_LOG_LEVEL", "SILENT");
      NativeEnvironment.setDefault("OPENCV_IO_MAX_IMAGE_PIXELS", "178956970");
      Loader.load(opencv_core.class);
      Loader.load(opencv_imgproc.class);
      Loader.load(opencv_imgcodecs.class);
      NativeStandardError.silence();
      // Lanes already use every core: pictures side by side beat threads within one picture.
      opencv_core.setNumThreads(1);
    }

    private Loaded() {}

    static void touch() {}
  }
}
