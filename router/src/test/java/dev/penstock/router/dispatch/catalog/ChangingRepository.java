package dev.penstock.router.dispatch.catalog;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelRepository;
import dev.penstock.router.dispatch.Requests;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Serves what it is told. */
final class ChangingRepository implements ModelRepository {
  private Map<String, ModelPackage> models = Map.of();
  private long revision;

  void serve(ModelRef... refs) {
    var next = new TreeMap<String, ModelPackage>();
    for (ModelRef ref : refs) {
      next.put(
          ref.model(),
          new ModelPackage(
              ref.model(),
              ref.digest(),
              Path.of("."),
              List.of(),
              Requests.modelPackage(ref.model()).description()));
    }
    models = next;
    revision++;
  }

  @Override
  public @Nullable ModelPackage find(String modelId) {
    return models.get(modelId);
  }

  @Override
  public @Nullable ModelPackage byDigest(String digest) {
    return null;
  }

  @Override
  public Collection<ModelPackage> all() {
    return models.values();
  }

  @Override
  public List<Refusal> refusals() {
    return List.of();
  }

  @Override
  public long revision() {
    return revision;
  }
}
