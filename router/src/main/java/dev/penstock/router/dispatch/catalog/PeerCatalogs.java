package dev.penstock.router.dispatch.catalog;

import dev.penstock.cluster.CatalogBoard;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.RouterAddress;
import io.vertx.core.json.JsonArray;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Compares what this router serves with what the others do, now and then, on a thread of its own:
 * the calls block. Each router goes on serving its own files; this only makes it seen.
 */
public final class PeerCatalogs implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(PeerCatalogs.class.getName());
  private static final long INTERVAL_MILLIS = 1_000;

  private final String incarnation;
  private final CatalogBoard board;
  private final Supplier<Map<String, RouterAddress>> routers;
  private final Supplier<List<ModelRef>> own;
  private final ScheduledExecutorService looks =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "penstock-peer-catalogs");
            thread.setDaemon(true);
            return thread;
          });
  private volatile List<Disagreement> disagreements = List.of();

  /**
   * @param incarnation of this router
   * @param routers all routers there are, by incarnation
   * @param own what this router serves
   */
  public PeerCatalogs(
      String incarnation,
      CatalogBoard board,
      Supplier<Map<String, RouterAddress>> routers,
      Supplier<List<ModelRef>> own) {
    this.incarnation = incarnation;
    this.board = board;
    this.routers = routers;
    this.own = own;
  }

  /** Looks from now on. */
  public void start() {
    // The task catches what goes wrong, so nobody has to wait for its end.
    var unused =
        looks.scheduleWithFixedDelay(
            this::look, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** For {@code /status}: models whose packages are not the same at all routers. */
  public JsonArray status() {
    var status = new JsonArray();
    disagreements.forEach(model -> status.add(model.toJson()));
    return status;
  }

  private void look() {
    try {
      Map<String, RouterAddress> live = routers.get();
      board.put(incarnation, own.get());
      take(Disagreement.among(board.read(Set.copyOf(live.keySet())), live));
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "The catalogs of other routers cannot be read; trying on: {0}", e);
    }
  }

  private void take(List<Disagreement> now) {
    now.stream()
        .filter(model -> !disagreements.contains(model))
        .forEach(model -> LOG.log(Level.WARNING, "{0}", model));
    disagreements = now;
  }

  @Override
  public void close() {
    looks.shutdownNow();
  }
}
