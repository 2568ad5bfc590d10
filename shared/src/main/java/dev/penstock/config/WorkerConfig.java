package dev.penstock.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

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
 */
public record WorkerConfig(
    String id,
    List<HostPort> join,
    Duration joinTimeout,
    List<Path> models,
    List<String> preload,
    String device,
    Path cache) {
  public WorkerConfig {
    join = List.copyOf(join);
    models = List.copyOf(models);
    preload = List.copyOf(preload);
  }
}
