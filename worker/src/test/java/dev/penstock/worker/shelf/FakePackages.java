package dev.penstock.worker.shelf;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.model.ModelPackage;
import dev.penstock.worker.batch.FakeModel;
import dev.penstock.worker.engine.ModelLoadException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A package for every id; those of some ids have to be fetched. */
public final class FakePackages implements ModelShelf.PackageFinder {
  /** Ids of packages that are not on this machine. */
  final Set<String> elsewhere = ConcurrentHashMap.newKeySet();

  volatile Runnable beforeFetch = () -> {};
  volatile boolean refuses;

  @Override
  public @Nullable ModelPackage find(ModelRef model) {
    return elsewhere.contains(model.model()) ? null : FakeModel.modelPackage(model.model());
  }

  @Override
  public ModelPackage fetch(ModelRef model) throws ModelLoadException {
    beforeFetch.run();
    if (refuses) {
      throw new ModelLoadException("nobody has it");
    }
    return FakeModel.modelPackage(model.model());
  }
}
