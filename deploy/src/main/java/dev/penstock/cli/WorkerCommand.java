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
import java.util.concurrent.CompletionException;
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
  private static final System.Logger LOG = System.getLogger(WorkerCommand.class.getName());

  /** Before a worker process that ended is started again. */
  static final Duration RESTART_PAUSE = Duration.ofSeconds(1);

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
    int gpus = Devices.gpusToServe(deviceOptions.device());
    WorkerProcesses.endWithSupervisor();
    ServingProcess process = ServingProcess.start(common.logLevel(), spec.commandLine().getOut());
    WorkerConfig config = config();
    boolean all = config.device().equals("cuda");
    if (gpus > 1) {
      serveOnAll(process, config, gpus, all);
    } else {
      work(process, config, all ? "cuda:0" : config.device());
    }
    return 0;
  }

  /**
   * @param must whether GPUs were asked for; else it is the CPU where they cannot be used
   */
  private void serveOnAll(ServingProcess process, WorkerConfig config, int gpus, boolean must) {
    LOG.log(Level.INFO, "starting " + gpus + " worker processes, one for each GPU");
    SupervisedWorkers workers = new SupervisedWorkers(RESTART_PAUSE);
    process.onStop("worker processes", workers::stop);
    Map<String, List<String>> commands =
        WorkerProcesses.commands(config, common.logLevel(), 0, gpus);
    try {
      workers.start(commands);
    } catch (CompletionException e) {
      if (must || !(e.getCause() instanceof StartupException)) {
        throw e;
      }
      workers.stop();
      LOG.log(
          Level.WARNING,
          "device auto: cpu, although there are {0} GPUs: {1}",
          gpus,
          e.getCause().getMessage());
      work(process, config, "cpu");
      return;
    }
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
    ModelRepository repository = ServedModels.follow(process, config.models());
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
        deviceOptions.cache(),
        join.clusterName(),
        internalTls.files(),
        memory.memory());
  }
}
