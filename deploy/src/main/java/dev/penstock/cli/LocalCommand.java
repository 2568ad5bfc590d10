package dev.penstock.cli;

import dev.penstock.cli.options.ClusterPorts;
import dev.penstock.cli.options.CommonOptions;
import dev.penstock.cli.options.DeviceOptions;
import dev.penstock.cli.options.IdOption;
import dev.penstock.cli.options.ModelOptions;
import dev.penstock.cli.options.PublicOptions;
import dev.penstock.cli.options.VersionProvider;
import dev.penstock.config.HostPort;
import dev.penstock.config.RouterConfig;
import dev.penstock.config.WorkerConfig;
import dev.penstock.model.ModelRepository;
import dev.penstock.router.RouterNode;
import dev.penstock.worker.WorkerNode;
import dev.penstock.worker.engine.Device;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Starts a router and a worker in one process. */
@Command(
    name = "local",
    description = "Router and worker in one process, for one machine.",
    versionProvider = VersionProvider.class,
    sortOptions = false,
    abbreviateSynopsis = true,
    footer = Usage.FOOTER)
final class LocalCommand implements Callable<Integer> {
  private static final String LOOPBACK = "127.0.0.1";

  @Spec CommandSpec spec;
  @Mixin final PublicOptions publicOptions = new PublicOptions(Duration.ZERO);
  @Mixin final ClusterPorts ports = new ClusterPorts(0, 0);
  @Mixin final ModelOptions models = new ModelOptions();
  @Mixin final DeviceOptions deviceOptions = new DeviceOptions();
  @Mixin final IdOption id = new IdOption();
  @Mixin final CommonOptions common = new CommonOptions();

  @Override
  public Integer call() {
    ServingProcess process = ServingProcess.start(common.logLevel(), spec.commandLine().getOut());
    CompletableFuture<Device> opening =
        SideThread.start("open-device", () -> Seams.device(device()));
    List<Path> folders = models.models(() -> Installation.find().models());
    ModelRepository repository = Seams.repository(folders);
    String name = id.id(HostName::unique);
    RouterConfig routerConfig = routerConfig(name, folders, repository);
    Vertx vertx = process.vertx();
    RouterNode router = RouterNode.start(vertx, routerConfig, repository);
    process.onStop("router", router::stop);
    Device device = opening.join();
    process.onStop("device", device::close);
    WorkerNode worker =
        WorkerNode.startBeside(
            router.hazelcast(), vertx, workerConfig(name, routerConfig), repository, device);
    process.onStop("worker", worker::stop);
    process.serve(
        "local http://"
            + new HostPort(publicOptions.host(), router.port())
            + " internal "
            + new HostPort(LOOPBACK, router.internalPort())
            + " cluster "
            + new HostPort(LOOPBACK, router.clusterPort())
            + " worker "
            + name
            + " "
            + device.label(),
        hints(router.port(), routerConfig.preload()));
    return 0;
  }

  RouterConfig routerConfig(String name, List<Path> folders, ModelRepository repository) {
    return new RouterConfig(
        name,
        publicOptions.http(),
        new RouterConfig.Cluster(
            LOOPBACK, ports.internalPort(), ports.clusterPort(), List.of(), LOOPBACK),
        folders,
        models.preload(repository, Installation.MODEL),
        publicOptions.limits(),
        publicOptions.imageUrls(),
        publicOptions.drainDelay(),
        publicOptions.accessLog());
  }

  WorkerConfig workerConfig(String name, RouterConfig router) {
    return new WorkerConfig(
        name,
        List.of(),
        Duration.ZERO,
        router.models(),
        router.preload(),
        device(),
        deviceOptions.cache(System.getenv("XDG_CACHE_HOME"), System.getProperty("user.home")));
  }

  /** One process has one device: without a number it is the first GPU. */
  String device() {
    return deviceOptions.device().equals("cuda") ? "cuda:0" : deviceOptions.device();
  }

  private static List<String> hints(int port, List<String> models) {
    Path picture = Installation.find().picture();
    if (models.isEmpty() || !Files.exists(picture)) {
      return List.of();
    }
    Path here = Path.of("").toAbsolutePath();
    Path shown = picture.startsWith(here) ? here.relativize(picture) : picture;
    return List.of(
        "try: curl -i -F 'file=@%s' 'http://localhost:%d/%s?api_key=any'"
            .formatted(shown, port, models.get(0)));
  }
}
