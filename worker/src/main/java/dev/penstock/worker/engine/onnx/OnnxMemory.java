package dev.penstock.worker.engine.onnx;

import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelPackage.PackageFile;
import dev.penstock.worker.engine.DeviceMemory;
import dev.penstock.worker.engine.RememberedNumbers;
import dev.penstock.worker.engine.natives.ProcessMemory;
import dev.penstock.worker.memory.MachineMemory;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What models take on one device. Measured when they are loaded, and remembered in the cache
 * folder, so that it is known before they are loaded again.
 */
final class OnnxMemory implements DeviceMemory {
  /** Of 22 networks a session took two to six times its file. */
  private static final long SESSION_FACTOR = 4;

  /** Of the same, a pass of one image took 4 to 20 times its input. */
  private static final long PASS_FACTOR = 8;

  private final String arena;
  private final LongSupplier capacity;
  private final LongSupplier headroom;
  private final Supplier<String> shortage;
  private final LongSupplier used;
  private final int lanes;
  private final RememberedNumbers sizes;
  private final UnaryOperator<String> keys;

  /**
   * @param arena where models compute, as ONNX Runtime names it: {@code cpu:0}, {@code gpu:0}
   * @param capacity bytes for all models
   * @param headroom bytes that can be taken now
   * @param shortage why there is no more headroom, and what can be done
   * @param used bytes that are taken now, of what models take of; 0 when that cannot be told
   * @param keys name a model on this device, by its digest
   */
  OnnxMemory(
      String arena,
      LongSupplier capacity,
      LongSupplier headroom,
      Supplier<String> shortage,
      LongSupplier used,
      int lanes,
      Path cache,
      UnaryOperator<String> keys) {
    this.arena = arena;
    this.capacity = capacity;
    this.headroom = headroom;
    this.shortage = shortage;
    this.used = used;
    this.lanes = lanes;
    this.sizes = new RememberedNumbers(cache.resolve("model-sizes"));
    this.keys = keys;
  }

  /** Of this machine or container, on which other things run as well. */
  static OnnxMemory ofMachine(int lanes, Path cache, UnaryOperator<String> keys) {
    MachineMemory machine = MachineMemory.here();
    return new OnnxMemory(
        "cpu:0",
        machine::models,
        () -> machine.headroom(ProcessMemory.resident(), MachineMemory.available()),
        () -> machine.shortage(ProcessMemory.resident(), MachineMemory.available()),
        ProcessMemory::resident,
        lanes,
        cache,
        keys);
  }

  /** Of a GPU, as far as that can be asked. It refuses what is too much, and nobody dies of it. */
  static OnnxMemory ofGpu(int index, NvidiaSmi gpu, Path cache, UnaryOperator<String> keys) {
    long total = gpu.total();
    long capacity = total == 0 ? Long.MAX_VALUE : total - total / 10;
    return new OnnxMemory(
        "gpu:" + index,
        () -> capacity,
        () -> Long.MAX_VALUE,
        () -> "the GPU has no more",
        gpu::used,
        1,
        cache,
        keys);
  }

  @Override
  public long capacity() {
    return capacity.getAsLong();
  }

  @Override
  public long headroom() {
    return headroom.getAsLong();
  }

  @Override
  public void giveBackFreed() {
    ProcessMemory.giveBackFreed();
  }

  @Override
  public String shortage(ModelPackage modelPackage) {
    return measured(modelPackage).isEmpty()
        ? shortage.get()
        : shortage.get()
            + ". What the model takes was measured when it was loaded last; without the file %s it is measured again"
                .formatted(sizes.file(key(modelPackage)));
  }

  @Override
  public OptionalLong measured(ModelPackage modelPackage) {
    long remembered = sizes.get(key(modelPackage));
    return remembered > 0 ? OptionalLong.of(remembered) : OptionalLong.empty();
  }

  @Override
  public long estimate(ModelPackage modelPackage) {
    return SESSION_FACTOR * files(modelPackage)
        + lanes * PASS_FACTOR * inputBytes(modelPackage.description().input());
  }

  private String key(ModelPackage modelPackage) {
    // Each lane takes its own part of what is measured.
    return keys.apply(modelPackage.digest()) + "-lanes-" + lanes;
  }

  private static long files(ModelPackage modelPackage) {
    return modelPackage.files().stream().mapToLong(PackageFile::bytes).sum();
  }

  private static long inputBytes(NetworkInput input) {
    return (long) Float.BYTES * input.channels() * input.height() * input.width();
  }

  /** Begins to measure a load. */
  Measurement measure(ModelPackage modelPackage) {
    return new Measurement(modelPackage);
  }

  /** The memory of one load, step by step. */
  final class Measurement {
    private final ModelPackage modelPackage;
    private final long before;

    private Measurement(ModelPackage modelPackage) {
      this.modelPackage = modelPackage;
      // As it is done before the end is read: what others have freed is not this model's gain.
      ProcessMemory.giveBackFreed();
      this.before = used.getAsLong();
    }

    String arena() {
      return arena;
    }

    /** Bytes that are taken now, or 0. */
    long used() {
      return used.getAsLong();
    }

    /**
     * What the model takes when all lanes run. Loads of other things meanwhile disturb it, so it is
     * kept between what is known and what is plausible. Nothing is remembered when it could not be
     * read what is taken.
     *
     * @param idle bytes that were taken before a pass of the largest batch, or 0
     * @param known bytes of buffers that the model surely has
     */
    long after(long idle, long known) {
      long now = used.getAsLong();
      long least = files(modelPackage) + known;
      if (before == 0 || idle == 0 || now == 0) {
        return least;
      }
      long pass = Math.max(0, now - idle);
      long measured = now - before + (lanes - 1) * pass;
      long size = Math.max(least, Math.min(measured, least + 8 * estimate(modelPackage)));
      sizes.put(key(modelPackage), size);
      return size;
    }
  }
}
