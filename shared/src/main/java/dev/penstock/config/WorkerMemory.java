package dev.penstock.config;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How much memory a worker may take. What is null goes by the size of the machine or the GPU.
 *
 * @param models for all models that are loaded at a time
 * @param images for all pictures that are decoded at a time
 */
public record WorkerMemory(@Nullable ByteSize models, @Nullable ByteSize images) {
  /** By the size of the machine or the GPU. */
  public static final WorkerMemory DEFAULT = new WorkerMemory(null, null);

  /** Bytes for models. */
  public long modelsOr(LongSupplier byDefault) {
    return models == null ? byDefault.getAsLong() : models.bytes();
  }

  /** Bytes for decoded pictures. */
  public long imagesOr(LongSupplier byDefault) {
    return images == null ? byDefault.getAsLong() : images.bytes();
  }
}
