package dev.penstock.worker.vision.image;

import java.util.Locale;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * The C library's standard error, to which libjpeg, libpng and OpenCV write of broken files: a line
 * for each at least, whatever their own log levels say, in the middle of the log's.
 */
final class NativeStandardError {
  /** Of glibc: the stream takes nothing. */
  private static final int NO_WRITES = 0x0008;

  private NativeStandardError() {}

  /**
   * Closes it for native code, for good. Java's own standard error is another one on the same file
   * and goes on, as does what the virtual machine says when it dies. Elsewhere than on Linux
   * nothing happens.
   */
  static void silence() {
    if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
      return;
    }
    Pointer variable = Loader.addressof("stderr");
    if (variable == null) {
      return; // another C library
    }
    try (variable;
        var streams = new PointerPointer<Pointer>(variable);
        Pointer stream = streams.get();
        var flags = new IntPointer(stream)) {
      flags.put(0, flags.get(0) | NO_WRITES);
    }
  }
}
