package dev.penstock.cli.options;

import dev.penstock.config.ByteSize;
import dev.penstock.config.WorkerMemory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much memory a worker may take. */
public final class MemoryOptions {
  @Option(
      names = "--max-memory",
      paramLabel = "SIZE",
      converter = Converters.Room.class,
      description =
          "Memory for models, of the machine or the GPU; when more are asked for, the least recently"
              + " used go (default: half of the memory beside Java's heap; nine tenths of a GPU's).")
  @Nullable ByteSize models;

  @Option(
      names = "--max-image-memory",
      paramLabel = "SIZE",
      converter = Converters.Room.class,
      description =
          "Memory for decoded images; what does not fit at once is executed one after the other,"
              + " and a larger image is refused (default: a quarter of the memory beside Java's"
              + " heap).")
  @Nullable ByteSize images;

  public WorkerMemory memory() {
    return new WorkerMemory(models, images);
  }
}
