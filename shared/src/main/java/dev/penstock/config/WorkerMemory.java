package dev.penstock.config;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How much memory a worker may take.
 *
 * @param images for all pictures that are decoded at a time; null: by the size of the machine
 */
public record WorkerMemory(@Nullable ByteSize images) {
  /** By the size of the machine. */
  public static final WorkerMemory DEFAULT = new WorkerMemory(null);

  /** Bytes for decoded pictures. */
  public long imagesOr(LongSupplier byDefault) {
    return images == null ? byDefault.getAsLong() : images.bytes();
  }
}
