package dev.penstock.worker.shelf;

import dev.penstock.model.ModelPackage;
import dev.penstock.worker.engine.DeviceMemory;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** Models take what is said. */
public final class FakeMemory implements DeviceMemory {
  volatile long estimate;

  /** Bytes by model id; others were never measured. */
  final Map<String, Long> demands = new ConcurrentHashMap<>();

  volatile long headroom = Long.MAX_VALUE;

  /** Bytes that can be had when what was freed is given back. */
  volatile long freed;

  @Override
  public long capacity() {
    return Long.MAX_VALUE;
  }

  @Override
  public long headroom() {
    return headroom;
  }

  @Override
  public synchronized void giveBackFreed() {
    headroom += freed;
    freed = 0;
  }

  @Override
  public String shortage(ModelPackage modelPackage) {
    return "something else takes it";
  }

  @Override
  public OptionalLong measured(ModelPackage modelPackage) {
    Long known = demands.get(modelPackage.id());
    return known == null ? OptionalLong.empty() : OptionalLong.of(known);
  }

  @Override
  public long estimate(ModelPackage modelPackage) {
    return estimate;
  }
}
