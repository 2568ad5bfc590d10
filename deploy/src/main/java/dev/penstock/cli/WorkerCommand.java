package dev.penstock.cli;

import dev.penstock.cli.options.CommonOptions;
import dev.penstock.cli.options.DeviceOptions;
import dev.penstock.cli.options.IdOption;
import dev.penstock.cli.options.InternalTlsOptions;
import dev.penstock.cli.options.JoinOption;
import dev.penstock.cli.options.JoinTimeoutOption;
import dev.penstock.cli.options.MemoryOptions;
import dev.penstock.cli.options.ModelOptions;
import dev.penstock.cli.options.VersionProvider;
import dev.penstock.cli.process.ServingProcess;
import dev.penstock.config.StartupException;
import dev.penstock.config.WorkerConfig;
import dev.penstock.model.ModelRepository;
import dev.penstock.model.repository.FolderRepository;
import dev.penstock.worker.WorkerNode;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.devices.Devices;
import dev.penstock.worker.engine.natives.Natives;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts a worker, or one for each GPU. */
@Command(
    name = "worker",
    description = "Joins routers and executes their jobs on one device.",
    versionProvider = VersionProvider.class,
    sortOptions = false,
    abbreviateSynopsis = true,
    footer = Usage.FOOTER)
final class WorkerCommand implements Callable<Integer> {
  /** Before a worker process that ended is started again. */
  private static final Duration RESTART_PAUSE = Duration.ofSeconds(1);

  @Spec CommandSpec spec;
  @Mixin final JoinOption join = new JoinOption();
  @Mixin final JoinTimeoutOption joinTimeout = new JoinTimeoutOption();
  @Mixin final InternalTlsOptions internalTls = new InternalTlsOptions();
  @Mixin final DeviceOptions deviceOptions = new DeviceOptions();
  @Mixin final MemoryOptions memory = new MemoryOptions();
  @Mixin final ModelOptions models = new ModelOptions();
  @Mixin final IdOption id = new IdOption();
  @Mixin final CommonOptions common = new CommonOptions();

  @Override
  public Integer call() {
    if (join.join().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "a worker needs a router: give --join its cluster port, HOST:5701");
    }
    WorkerProcesses.endWithSupervisor();
    ServingProcess process = ServingProcess.start(common.logLevel(), spec.commandLine().getOut());
    WorkerConfig config = config();
    int gpus = config.device().equals("cuda") ? gpus() : 0;
    if (gpus > 1) {
      superviseOneForEachGpu(process, config, gpus);
    } else {
      work(process, config, gpus == 1 ? "cuda:0" : config.device());
    }
    return 0;
  }

  private static int gpus() {
    int gpus = Devices.cudaDeviceCount();
    if (gpus == 0) {
      throw new StartupException(
          "--device cuda: no GPU is visible; look at nvidia-smi and CUDA_VISIBLE_DEVICES, or give"
              + " --device cpu to compute without one");
    }
    return gpus;
  }

  private void superviseOneForEachGpu(ServingProcess process, WorkerConfig config, int gpus) {
    System.getLogger(WorkerCommand.class.getName())
        .log(Level.INFO, "starting " + gpus + " worker processes, one for each GPU");
    SupervisedWorkers workers = new SupervisedWorkers(RESTART_PAUSE);
    process.onStop("worker processes", workers::stop);
    Map<String, List<String>> commands = WorkerProcesses.commands(config, common.logLevel(), gpus);
    workers.start(commands);
    process.serve(
        "worker "
            + String.join(" ", commands.keySet())
            + " cuda joined "
            + WorkerProcesses.joined(config.join()),
        List.of());
  }

  private static void work(ServingProcess process, WorkerConfig config, String deviceName) {
    CompletableFuture<Device> opening =
        SideThread.start("open-device", () -> Devices.open(deviceName, config.cache()));
    CompletableFuture<Void> openCv =
        SideThread.run("load-opencv", () -> Natives.loadOpenCv(config.cache()));
    ModelRepository repository =
        ServedModels.follow(process, FolderRepository.open(config.models()));
    Device device = opening.join();
    process.onStop("device", device::close);
    openCv.join();
    WorkerNode worker = WorkerNode.start(process.vertx(), config, repository, device);
    process.onStop("worker", worker::stop);
    process.serve(
        "worker "
            + config.id()
            + " "
            + device.label()
            + " joined "
            + WorkerProcesses.joined(config.join()),
        List.of());
  }

  WorkerConfig config() {
    return new WorkerConfig(
        id.id(HostName::unique),
        join.join(),
        joinTimeout.joinTimeout(),
        models.models(() -> Installation.find().models()),
        models.preload(),
        deviceOptions.device(),
        deviceOptions.cache(System.getenv("XDG_CACHE_HOME"), System.getProperty("user.home")),
        join.clusterName(),
        internalTls.files(),
        memory.memory());
  }
}
