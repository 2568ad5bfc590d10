package dev.penstock.worker.shelf;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.model.ModelPackage;
import dev.penstock.worker.batch.ResidentModel;
import dev.penstock.worker.engine.ModelLoadException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A model that is to be loaded. The loader's, but for what callers wait for. */
final class Wanted {
  final ModelRef ref;
  final CompletableFuture<ResidentModel> result = new CompletableFuture<>();

  /** It is to be there before the worker is ready, unless it does not fit. */
  final boolean preload;

  private @Nullable ModelPackage files;

  Wanted(ModelRef ref, boolean preload) {
    this.ref = ref;
    this.preload = preload;
  }

  /** Its files, found once however long it waits for room. Blocks. */
  ModelPackage files(ModelShelf.PackageFinder packages) throws ModelLoadException {
    ModelPackage found = files;
    if (found == null) {
      found = packages.find(ref);
      files = found;
    }
    return found;
  }
}
