package dev.penstock.cli;

import dev.penstock.cli.process.ServingProcess;
import dev.penstock.config.HostPort;
import dev.penstock.config.RouterConfig;
import dev.penstock.config.WorkerConfig;
import dev.penstock.model.ModelRepository;
import dev.penstock.router.RouterNode;
import dev.penstock.router.admission.keys.Access;
import dev.penstock.worker.WorkerNode;
import dev.penstock.worker.engine.Device;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A router and a worker that share a process.
 *
 * @param port the bound public port
 * @param addresses where both are reached, for the line that says that they are ready
 * @param preloaded the models that are warm
 */
record LocalNodes(int port, String addresses, List<String> preloaded) {
  /** A worker that started is heard of within milliseconds, unless its device fails at once. */
  private static final Duration READY = Duration.ofSeconds(10);

  LocalNodes {
    preloaded = List.copyOf(preloaded);
  }

  /**
   * Starts both and adds what stops them: clients get the answers they wait for while the worker is
   * still there, then the worker leaves, then the router.
   */
  static LocalNodes start(
      ServingProcess process,
      RouterConfig routerConfig,
      WorkerConfig workerConfig,
      ModelRepository repository,
      Access access,
      CompletableFuture<Device> opening,
      OtherGpus otherGpus) {
    Vertx vertx = process.vertx();
    RouterNode router = RouterNode.start(vertx, routerConfig, repository, access);
    process.onStop("router", router::stop);
    Device device = opening.join();
    process.onStop("device", device::close);
    WorkerNode worker =
        WorkerNode.startBeside(router.hazelcast(), vertx, workerConfig, repository, device);
    process.onStop("worker", worker::stop);
    String internalHost = routerConfig.cluster().advertise();
    otherGpus.start(
        process, workerConfig, device, new HostPort(internalHost, router.clusterPort()));
    process.onStop("serving clients", router::drain);
    router.awaitReady(READY);
    String addresses =
        "local %s://%s internal %s cluster %s worker %s %s"
            .formatted(
                routerConfig.http().tls() == null ? "http" : "https",
                new HostPort(routerConfig.http().host(), router.port()),
                new HostPort(internalHost, router.internalPort()),
                new HostPort(internalHost, router.clusterPort()),
                workerConfig.id(),
                device.label());
    return new LocalNodes(router.port(), addresses, routerConfig.preload());
  }
}
