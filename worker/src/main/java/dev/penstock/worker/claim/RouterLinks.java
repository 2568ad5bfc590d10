package dev.penstock.worker.claim;

import dev.penstock.cluster.ControlMessage.FromRouter;
import dev.penstock.cluster.ControlMessage.FromWorker;
import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Welcome;
import dev.penstock.cluster.RouterAddress;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One {@link RouterLink} for each router of the cluster, opened and closed as they come and go. */
final class RouterLinks implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(RouterLinks.class.getName());

  /** Membership is read from memory, so looking often costs nothing and no event can be missed. */
  private static final long LOOK_MILLIS = 100;

  /**
   * A router that is no longer of the cluster and keeps its channel open is held on to for so long.
   * When a cluster that fell apart meets again, the members of one part leave theirs and join the
   * other; to a worker they may seem gone meanwhile, and they serve on.
   */
  static final long HOLD_ON_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final Supplier<Map<String, RouterAddress>> membership;
  private final Hello hello;
  private final Vertx vertx;
  private final InternalClients clients;
  private final BiConsumer<RouterLink, FromRouter> received;
  private final Ticker ticker;
  private final Map<String, RouterLink> links = new ConcurrentHashMap<>();

  /** Since when routers are missing from the cluster, by incarnation. Of the looks alone. */
  private final Map<String, Long> missingSince = new HashMap<>();

  private volatile @Nullable Long timer;

  /**
   * @param membership the routers of the cluster now, by incarnation; cheap to ask
   */
  RouterLinks(
      Supplier<Map<String, RouterAddress>> membership,
      Hello hello,
      Vertx vertx,
      InternalClients clients,
      BiConsumer<RouterLink, FromRouter> received,
      Ticker ticker) {
    this.membership = membership;
    this.hello = hello;
    this.vertx = vertx;
    this.received = received;
    this.ticker = ticker;
    this.clients = clients;
  }

  /** Looks for routers from now on. What they say may come before this returns. */
  void open() {
    timer = vertx.setPeriodic(1, LOOK_MILLIS, look -> refresh());
  }

  private void refresh() {
    Map<String, RouterAddress> routers = membership.get();
    routers.forEach(
        (incarnation, router) -> {
          if (!links.containsKey(incarnation)) {
            var link = new RouterLink(router, hello, vertx, clients, received, ticker);
            links.put(incarnation, link);
            LOG.log(Level.INFO, "found router {0} at {1}", router.id(), router.internal());
            link.connect();
          }
        });
    missingSince.keySet().removeAll(routers.keySet());
    links
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone =
                  !routers.containsKey(entry.getKey()) && isGone(entry.getKey(), entry.getValue());
              if (gone) {
                missingSince.remove(entry.getKey());
                LOG.log(Level.INFO, "router {0} is gone", entry.getValue().router().id());
                entry.getValue().close();
              }
              return gone;
            });
  }

  private boolean isGone(String missing, RouterLink link) {
    long now = ticker.nanos();
    long since = missingSince.computeIfAbsent(missing, added -> now);
    return link.welcome() == null || now - since >= HOLD_ON_NANOS;
  }

  /** The way to the router that admitted a job, or null when it is not there. */
  @Nullable RouterLink find(String incarnation) {
    return links.get(incarnation);
  }

  Set<String> incarnations() {
    return Set.copyOf(links.keySet());
  }

  /** Incarnations of the routers that said something a moment ago. */
  Set<String> speaking() {
    return links.entrySet().stream()
        .filter(entry -> entry.getValue().speaks())
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  Collection<RouterLink> all() {
    return links.values();
  }

  /** Whether there is a router, and the internal listener of every one has been reached. */
  boolean complete() {
    return !links.isEmpty() && links.values().stream().allMatch(link -> link.welcome() != null);
  }

  /** The routers as this worker finds them, by incarnation. */
  Map<String, Reach.Door> doors() {
    return links.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry -> {
                  RouterLink link = entry.getValue();
                  String name = link.router().id() + " at " + link.router().internal();
                  return new Reach.Door(name, link.welcome() != null);
                }));
  }

  void broadcast(FromWorker message) {
    links.values().forEach(link -> link.send(message));
  }

  /** Completes when every router has taken in what was said to it until now, or cannot any more. */
  Future<?> heard() {
    return Future.join(links.values().stream().map(RouterLink::heard).toList());
  }

  /** The package that routers mean by a model id. */
  Optional<ModelRef> resolve(String modelId) {
    return welcomes()
        .flatMap(welcome -> welcome.catalog().stream())
        .filter(model -> model.model().equals(modelId))
        .findFirst();
  }

  /**
   * What each router serves, as it said last; of several packages of an id the current one first.
   */
  List<List<ModelRef>> catalogs() {
    return welcomes().map(Welcome::catalog).toList();
  }

  /** What the routers want every worker to have. */
  Set<String> preload() {
    var ids = new LinkedHashSet<String>();
    welcomes().forEach(welcome -> ids.addAll(welcome.preload()));
    return ids;
  }

  private Stream<Welcome> welcomes() {
    return links.values().stream().flatMap(link -> Stream.ofNullable(link.welcome()));
  }

  @Override
  public void close() {
    Long looks = timer;
    if (looks != null) {
      vertx.cancelTimer(looks);
    }
    links.values().forEach(RouterLink::close);
    // What is still to be told is told to nobody, instead of being tried for ever.
    links.clear();
    clients.close();
  }
}
