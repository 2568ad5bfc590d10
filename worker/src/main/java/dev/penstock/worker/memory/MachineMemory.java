package dev.penstock.worker.memory;

import com.sun.management.OperatingSystemMXBean;
import dev.penstock.config.ByteSize;
import java.lang.management.ManagementFactory;

/**
 * What a worker takes when it is not told otherwise.
 *
 * @param total of the machine, or of the container that the process runs in, in bytes
 * @param heap most that Java's heap grows to, in bytes
 */
public record MachineMemory(long total, long heap) {
  /** Of the machine or container this process runs in. */
  public static MachineMemory here() {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new MachineMemory(system.getTotalMemorySize(), Runtime.getRuntime().maxMemory());
  }

  /** Bytes for decoded pictures: a quarter of what the heap leaves. */
  public long images() {
    return outsideHeap() / 4;
  }

  /** Bytes for models: half of what the heap leaves. The last quarter is for everything else. */
  public long models() {
    return outsideHeap() / 2;
  }

  /** Bytes that all processes of the machine or container leave, where the system says so. */
  public static long available() {
    return AvailableMemory.here().bytes();
  }

  /**
   * Bytes that a process may still take.
   *
   * @param resident what it has, heap included
   * @param available what all processes leave
   */
  public long headroom(long resident, long available) {
    return Math.min(total - resident, available) - total / 16;
  }

  /**
   * Why there is no more headroom and what to do: half a sentence.
   *
   * @param resident what the process has, heap included
   * @param available what all processes leave
   */
  public String shortage(long resident, long available) {
    String taken =
        total - resident <= available
            ? "the process has %s of %s already, and not for models"
                .formatted(ByteSize.rounded(resident), ByteSize.rounded(total))
            : "all processes together leave %s of %s"
                .formatted(ByteSize.rounded(available), ByteSize.rounded(total));
    return taken
        + ": give Java a smaller heap (-Xmx), decoded images (--max-image-memory) and other workers here (--max-memory) less, or the worker a larger machine";
  }

  /** Heap and machine may be of one size; something must be left to start with. */
  private long outsideHeap() {
    return Math.max(total / 8, total - heap);
  }
}
