package dev.penstock.cli;

import dev.penstock.cli.options.ClusterPorts;
import dev.penstock.cli.options.CommonOptions;
import dev.penstock.cli.options.DeviceOptions;
import dev.penstock.cli.options.IdOption;
import dev.penstock.cli.options.MemoryOptions;
import dev.penstock.cli.options.ModelOptions;
import dev.penstock.cli.options.PublicOptions;
import dev.penstock.cli.options.PublicTlsOptions;
import dev.penstock.cli.options.UnexportedModels;
import dev.penstock.cli.options.VersionProvider;
import dev.penstock.cli.process.ServingProcess;
import dev.penstock.config.RouterConfig;
import dev.penstock.config.WorkerConfig;
import dev.penstock.model.ModelAliases;
import dev.penstock.model.ModelRepository;
import dev.penstock.router.admission.keys.Access;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.devices.Devices;
import dev.penstock.worker.engine.natives.Natives;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  private static final String LOOPBACK = PublicOptions.LOOPBACK;

  @Spec CommandSpec spec;
  @Mixin final PublicOptions publicOptions = new PublicOptions(LOOPBACK, Duration.ZERO);
  @Mixin final PublicTlsOptions publicTls = new PublicTlsOptions();
  @Mixin final ClusterPorts ports = new ClusterPorts(0, 0);
  @Mixin final ModelOptions models = new ModelOptions();
  @Mixin final DeviceOptions deviceOptions = new DeviceOptions();
  @Mixin final MemoryOptions memory = new MemoryOptions();
  @Mixin final IdOption id = new IdOption();
  @Mixin final CommonOptions common = new CommonOptions();

  @Override
  public Integer call() {
    int gpus = Devices.gpusToServe(deviceOptions.device());
    ServingProcess process = ServingProcess.start(common.logLevel(), spec.commandLine().getOut());
    LocalNodes nodes = start(process, gpus);
    process.serve(nodes.addresses(), hints(nodes));
    return 0;
  }

  /**
   * Starts both; what can be done beside Hazelcast's start is done on threads beside it.
   *
   * @param gpus to serve; all but the first by processes of their own
   */
  LocalNodes start(ServingProcess process, int gpus) {
    Access access = ServedKeys.follow(process, publicOptions);
    List<Path> folders = models.models(() -> Installation.find().models());
    Path cache = deviceOptions.cache();
    CompletableFuture<Device> opening =
        SideThread.start("open-device", () -> Devices.open(device(), cache));
    CompletableFuture<Void> openCv = SideThread.run("load-opencv", () -> Natives.loadOpenCv(cache));
    ModelRepository repository = ServedModels.follow(process, folders);
    RouterConfig router = routerConfig(folders, repository);
    return LocalNodes.start(
        process,
        router,
        workerConfig(router, cache),
        repository,
        access,
        opening.thenCombine(openCv, (device, loaded) -> device),
        new OtherGpus(gpus, common.logLevel()));
  }

  RouterConfig routerConfig(List<Path> folders, ModelRepository repository) {
    return new RouterConfig(
        id.id(HostName::unique),
        publicOptions.http(publicTls.files()),
        new RouterConfig.Cluster(
            LOOPBACK, ports.internalPort(), ports.clusterPort(), List.of(), LOOPBACK),
        folders,
        publicOptions.aliases(),
        models.preload(
            repository, ModelAliases.hosted().with(publicOptions.aliases()), Installation.MODEL),
        publicOptions.limits(),
        publicOptions.imageUrls(),
        publicOptions.drainDelay(),
        publicOptions.accessLog());
  }

  WorkerConfig workerConfig(RouterConfig router, Path cache) {
    return new WorkerConfig(
        router.id(),
        List.of(),
        Duration.ZERO,
        router.models(),
        models.preload(),
        device(),
        cache,
        router.cluster().name(),
        null,
        memory.memory());
  }

  /** One process has one device: without a number it is the first GPU. */
  private String device() {
    return deviceOptions.device().equals("cuda") ? "cuda:0" : deviceOptions.device();
  }

  private List<String> hints(LocalNodes nodes) {
    var hints = new ArrayList<String>();
    if (publicOptions.host().equals(LOOPBACK)) {
      hints.add("reached by this machine alone; for others: --host 0.0.0.0");
    }
    if (nodes.preloaded().isEmpty()) {
      UnexportedModels.advice(models.models(() -> Installation.find().models()))
          .ifPresent(hints::add);
    }
    Optional<String> model = nodes.preloaded().stream().findFirst();
    Path picture = Installation.find().picture();
    if (model.isPresent() && Files.exists(picture)) {
      Path here = Path.of("").toAbsolutePath();
      Path shown = picture.startsWith(here) ? here.relativize(picture) : picture;
      hints.add(
          "try: curl -i -F 'file=@%s' '%s://localhost:%d/%s?api_key=%s'"
              .formatted(
                  shown,
                  publicTls.files() == null ? "http" : "https",
                  nodes.port(),
                  model.get(),
                  publicOptions.keys() == null ? "any" : "YOUR_KEY"));
    }
    return hints;
  }
}
