package dev.penstock.worker.engine.natives;

import dev.penstock.worker.memory.NativeMemory;
import org.bytedeco.javacpp.Pointer;

/** Memory of this process outside Java's heap, as the system counts it. */
public final class ProcessMemory {
  static {
    NativeMemory.liftLimits();
  }

  private ProcessMemory() {}

  /** Bytes of real memory that the process has, Java's heap included. */
  public static long resident() {
    return Pointer.physicalBytes();
  }

  /**
   * Gives back to the system what was freed and is kept for later, where the C library can do so.
   */
  public static void giveBackFreed() {
    Pointer.trimMemory();
  }
}
