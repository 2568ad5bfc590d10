package dev.penstock.worker.claim;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.probe.JoinProbe;
import dev.penstock.config.StartupException;
import dev.penstock.config.WorkerConfig;
import dev.penstock.model.ModelAliases;
import dev.penstock.model.ModelIds;
import dev.penstock.worker.engine.ModelLoadException;
import dev.penstock.worker.shelf.ModelShelf;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a worker does before it is ready: reaches its routers and loads what it is to have. */
final class Joining {
  private static final System.Logger LOG = System.getLogger(Joining.class.getName());

  /** For a worker in its router's process, which is not given any time of its own. */
  private static final Duration BESIDE_ITS_ROUTER = Duration.ofSeconds(60);

  private static final int PROBE_MILLIS = 1_000;

  private final WorkerConfig config;
  private final RouterLinks links;
  private final Reach reach;
  private final Patience patience;

  Joining(WorkerConfig config, RouterLinks links, Reach reach, Patience patience) {
    this.config = config;
    this.links = links;
    this.reach = reach;
    this.patience = patience;
  }

  /**
   * Waits until every router's internal listener was reached. Blocks. In the end one that hardly
   * any worker reaches is passed over: it must not keep the others from being served.
   *
   * @throws StartupException when that takes too long
   */
  void join() {
    var obstacle = new AtomicReference<@Nullable String>();
    boolean joined =
        patience.await(
            () -> {
              obstacle.set(reach.obstacle());
              return links.complete();
            },
            config.joinTimeout().isZero() ? BESIDE_ITS_ROUTER : config.joinTimeout(),
            () -> "waiting for a router at " + config.join() + whoIsThere());
    if (joined) {
      return;
    }
    long seconds = config.joinTimeout().toSeconds();
    if (links.catalogs().isEmpty()) {
      throw new StartupException(
          "No router was reached at %s within %d s%s. Check that it runs, its --cluster-port, and that it advertises an address this machine reaches (--advertise)."
              .formatted(config.join(), seconds, whoIsThere()));
    }
    if (obstacle.get() != null) {
      throw new StartupException(
          "This worker cannot serve: for %d s %s. Check the network between them, and the address that the router advertises (--advertise)."
              .formatted(seconds, obstacle.get()));
    }
    LOG.log(Level.WARNING, "Not every router was reached within {0} s; starting without.", seconds);
  }

  /** Who answers at the addresses instead, or that it is a router whose listener is not reached. */
  private String whoIsThere() {
    if (config.join().isEmpty()) {
      return "";
    }
    var probe = new JoinProbe(config.cluster(), PROBE_MILLIS);
    return config.join().stream()
        .map(address -> probe.look(address).sentence(address))
        .collect(Collectors.joining("; ", ": ", ""));
  }

  /**
   * Loads what the worker was told to, or else what its routers want. Blocks.
   *
   * @throws StartupException when what it was told to load cannot be loaded
   */
  void preload(ModelShelf shelf) {
    boolean told = !config.preload().isEmpty();
    List<String> ids = told ? config.preload() : List.copyOf(links.preload());
    for (String id : ids) {
      ModelRef model = resolve(id);
      if (model == null) {
        throw new StartupException(
            "No router serves '"
                + id
                + "', which is to be preloaded. Check --preload, and --models of the routers.");
      }
      try {
        shelf.preload(model).join();
      } catch (RuntimeException e) {
        String reason = "Model loading failed: " + id + ": " + reason(e);
        if (told && !isOutOfMemory(e)) {
          throw new StartupException(reason, e);
        }
        LOG.log(Level.WARNING, reason);
      }
    }
  }

  /** As clients may spell it, with the names of the hosted API; aliases of routers are theirs. */
  private @Nullable ModelRef resolve(String spelling) {
    return Stream.of(spelling, ModelAliases.hosted().resolve(spelling))
        .flatMap(name -> Stream.ofNullable(ModelIds.canonical(name)))
        .flatMap(id -> links.resolve(id).stream())
        .findFirst()
        .orElse(null);
  }

  /** It will be loaded when it is asked for, in the place of others. */
  private static boolean isOutOfMemory(RuntimeException e) {
    return e.getCause() instanceof ModelLoadException failed && failed.isOutOfMemory();
  }

  private static String reason(RuntimeException e) {
    return String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
  }
}
