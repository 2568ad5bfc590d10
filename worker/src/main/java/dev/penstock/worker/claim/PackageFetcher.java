package dev.penstock.worker.claim;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelPackage.PackageFile;
import dev.penstock.model.ModelRepository;
import dev.penstock.model.PackagePath;
import dev.penstock.model.repository.PackageCache;
import dev.penstock.worker.engine.ModelLoadException;
import dev.penstock.worker.shelf.ModelShelf;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Finds packages in the worker's own folders or in its cache, and fetches them from routers. */
final class PackageFetcher implements ModelShelf.PackageFinder {
  private static final System.Logger LOG = System.getLogger(PackageFetcher.class.getName());
  private static final long PATIENCE_SECONDS = 3_600;

  /** A connection that breaks, or a router that stands still, says nothing about the package. */
  private static final int ROUNDS = 10;

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final ModelRepository repository;
  private final PackageCache cache;
  private final RouterLinks links;
  private final Duration pause;

  PackageFetcher(ModelRepository repository, PackageCache cache, RouterLinks links) {
    this(repository, cache, links, PAUSE);
  }

  PackageFetcher(
      ModelRepository repository, PackageCache cache, RouterLinks links, Duration pause) {
    this.pause = pause;
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
    Round round = new Round();
    for (int i = 0; i < ROUNDS && !round.isFinal && !Thread.currentThread().isInterrupted(); i++) {
      if (i > 0) {
        LockSupport.parkNanos(pause.toNanos());
      }
      round = new Round();
      ModelPackage fetched = round.fetch(model);
      if (fetched != null) {
        return fetched;
      }
    }
    throw new ModelLoadException("The package could not be fetched: " + round.problem);
  }

  /** Asks every router once. */
  private final class Round {
    private String problem = "no router can be reached";

    /** Whether all have said that they do not have it. */
    private boolean isFinal;

    @Nullable ModelPackage fetch(ModelRef model) {
      List<RouterLink> all = List.copyOf(links.all());
      isFinal = !all.isEmpty();
      for (RouterLink link : all) {
        String id = link.router().id();
        try {
          LOG.log(Level.INFO, "fetching {0} from router {1}", model.model(), id);
          return PackageFetcher.this.fetch(model, link);
        } catch (IOException e) {
          problem = String.valueOf(e.getMessage());
          isFinal &= e.getCause() instanceof RefusedException;
          LOG.log(Level.INFO, "router {0} did not give {1}: {2}", id, model.model(), problem);
        }
      }
      return null;
    }
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
        (PackageFile file, Path target) ->
            await(link.download(path + "/" + PackagePath.encode(file.name()), target)));
  }

  private static <T> T await(Future<T> future) throws IOException {
    try {
      return future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | RuntimeException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }
}
