package dev.penstock.worker.engine.natives;

import org.bytedeco.javacpp.Pointer;

/** A process whose first native call asks how much memory it has. */
final class MemoryLook {
  private MemoryLook() {}

  /** Says whether memory was told, and the limits of native allocations. */
  public static void main(String[] args) {
    System.out.println(
        (ProcessMemory.resident() > 0)
            + " "
            + Pointer.maxPhysicalBytes()
            + " "
            + Pointer.maxBytes());
  }
}
