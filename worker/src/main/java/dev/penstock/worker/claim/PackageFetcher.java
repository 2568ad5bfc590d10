package dev.penstock.worker.claim;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelPackage.PackageFile;
import dev.penstock.model.ModelRepository;
import dev.penstock.model.repository.PackageCache;
import dev.penstock.worker.engine.ModelLoadException;
import dev.penstock.worker.shelf.ModelShelf;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Finds packages in the worker's own folders or in its cache, and fetches them from routers. */
final class PackageFetcher implements ModelShelf.PackageFinder {
  private static final System.Logger LOG = System.getLogger(PackageFetcher.class.getName());
  private static final long PATIENCE_SECONDS = 600;

  /** A connection that broke in the middle says nothing about the package. */
  private static final int ROUNDS = 2;

  private final ModelRepository repository;
  private final PackageCache cache;
  private final RouterLinks links;

  PackageFetcher(ModelRepository repository, PackageCache cache, RouterLinks links) {
    this.repository = repository;
    this.cache = cache;
    this.links = links;
  }

  @Override
  public @Nullable ModelPackage find(ModelRef model) throws ModelLoadException {
    ModelPackage own = repository.byDigest(model.digest());
    if (own != null && repository.isIntact(own)) {
      return own;
    }
    try {
      return cache.get(model.model(), model.digest()).orElse(null);
    } catch (IOException e) {
      throw new ModelLoadException("The worker cannot read its cache: " + e.getMessage(), e);
    }
  }

  @Override
  public ModelPackage fetch(ModelRef model) throws ModelLoadException {
    String problem = "no router can be reached";
    List<RouterLink> all = List.copyOf(links.all());
    for (int i = 0; i < ROUNDS * all.size(); i++) {
      RouterLink link = all.get(i % all.size());
      try {
        LOG.log(Level.INFO, "fetching {0} from router {1}", model.model(), link.router().id());
        return fetch(model, link);
      } catch (IOException e) {
        problem = String.valueOf(e.getMessage());
        LOG.log(
            Level.INFO,
            "router {0} did not give {1}: {2}",
            link.router().id(),
            model.model(),
            problem);
      }
    }
    throw new ModelLoadException("The package could not be fetched: " + problem);
  }

  private ModelPackage fetch(ModelRef model, RouterLink link) throws IOException {
    String path = "/packages/" + model.digest();
    JsonObject manifest = await(link.get(path)).toJsonObject();
    List<PackageFile> files =
        manifest.getJsonArray("files").stream()
            .map(JsonObject.class::cast)
            .map(
                file ->
                    new PackageFile(
                        file.getString("name"), file.getLong("bytes"), file.getString("sha256")))
            .toList();
    return cache.store(
        model.model(),
        model.digest(),
        files,
        (PackageFile file, Path target) -> await(link.download(path + "/" + file.name(), target)));
  }

  private static <T> T await(Future<T> future) throws IOException {
    try {
      return future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | RuntimeException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }
}
