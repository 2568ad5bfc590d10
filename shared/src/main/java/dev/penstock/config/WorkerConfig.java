package dev.penstock.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a worker can be told.
 *
 * @param id names the worker in headers, logs and {@code /status}
 * @param join cluster ports of routers
 * @param joinTimeout how long it looks for the first router
 * @param models folders of packages that need not be fetched
 * @param preload model ids to load before it is ready; empty means: what the router says
 * @param device {@code auto}, {@code cpu}, {@code cuda[:N]} or {@code simulated[:…]}
 * @param cache folder for fetched packages and measured batch bounds
 * @param cluster name of the cluster that its routers are in
 * @param tls how it and its routers prove that they belong together; null when they need not
 * @param memory how much of it the worker may take
 */
public record WorkerConfig(
    String id,
    List<HostPort> join,
    Duration joinTimeout,
    List<Path> models,
    List<String> preload,
    String device,
    Path cache,
    String cluster,
    @Nullable MutualTls tls,
    WorkerMemory memory) {
  public WorkerConfig {
    join = List.copyOf(join);
    models = List.copyOf(models);
    preload = List.copyOf(preload);
  }

  /** In the cluster that has no name of its own, without TLS. */
  public WorkerConfig(
      String id,
      List<HostPort> join,
      Duration joinTimeout,
      List<Path> models,
      List<String> preload,
      String device,
      Path cache) {
    this(
        id,
        join,
        joinTimeout,
        models,
        preload,
        device,
        cache,
        RouterConfig.Cluster.DEFAULT_NAME,
        null,
        WorkerMemory.DEFAULT);
  }
}
