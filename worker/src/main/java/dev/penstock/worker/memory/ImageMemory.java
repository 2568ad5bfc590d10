package dev.penstock.worker.memory;

import dev.penstock.config.ByteSize;
import java.util.concurrent.Semaphore;

/**
 * A bound on the memory of all decoded pictures of a worker: half a megabyte of PNG may unfold to
 * half a gigabyte. Whoever is about to decode takes a share for all of it at once, and waits for it
 * in line. Thread-safe.
 *
 * <p>INVARIANT: nobody who holds a share waits for another one. So every share is given back some
 * time, and everybody who waits is served.
 */
public final class ImageMemory {
  /** Permits are whole numbers; a terabyte has fewer of these than there are. */
  private static final long UNIT = 64 << 10;

  private final long limit;
  private final Semaphore free;

  /**
   * @param limit in bytes
   */
  public ImageMemory(long limit) {
    this.limit = limit;
    this.free = new Semaphore(units(limit), true);
  }

  /** Bytes that can be had at all. */
  public long limit() {
    return limit;
  }

  /**
   * Works with so much memory. Waits until it is free, behind those who came before. Blocks.
   *
   * @param bytes at most the {@link #limit}
   */
  public void use(long bytes, Runnable work) throws InterruptedException {
    int units = units(bytes);
    free.acquire(units);
    try {
      work.run();
    } finally {
      free.release(units);
    }
  }

  /** Bytes that nobody has. */
  long free() {
    return free.availablePermits() * UNIT;
  }

  private static int units(long bytes) {
    return Math.toIntExact(Math.min(Integer.MAX_VALUE, (bytes + UNIT - 1) / UNIT));
  }

  /** For the client whose picture alone takes more than there is. */
  public String refusal(long bytes) {
    return "The image takes %s of memory when it is decoded, and this server has %s for images: send a smaller one."
        .formatted(ByteSize.rounded(bytes), ByteSize.rounded(limit));
  }
}
