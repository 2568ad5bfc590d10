package dev.penstock.worker.memory;

/**
 * Takes away JavaCPP's own limits: it refuses to allocate when the process outgrows a multiple of
 * the Java heap, but weights and pixels lie outside the heap on purpose.
 *
 * <p>INVARIANT: whoever may be the first to touch one of its classes calls this before, because it
 * reads its limits once.
 */
public final class NativeMemory {
  static {
    System.setProperty("org.bytedeco.javacpp.maxphysicalbytes", "0");
    System.setProperty("org.bytedeco.javacpp.maxbytes", "0");
  }

  private NativeMemory() {}

  /** Done once, whoever comes first; the others wait. */
  public static void liftLimits() {}
}
