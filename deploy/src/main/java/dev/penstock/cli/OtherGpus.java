package dev.penstock.cli;

import dev.penstock.cli.options.LogLevel;
import dev.penstock.cli.process.ServingProcess;
import dev.penstock.config.HostPort;
import dev.penstock.config.WorkerConfig;
import dev.penstock.worker.engine.Device;
import java.time.Duration;
import java.util.List;

/**
 * The GPUs of {@code local} beyond the first, which its own worker has: each gets a process that
 * joins over loopback.
 *
 * @param gpus how many there are, with the first; 0 when only one device was asked for
 */
record OtherGpus(int gpus, LogLevel level) {
  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(60);

  /**
   * Starts them and returns when they are ready; adds what stops them.
   *
   * @param own what the worker in this process is told
   * @param device what it has
   * @param cluster port to join
   */
  void start(ServingProcess process, WorkerConfig own, Device device, HostPort cluster) {
    if (gpus < 2 || !device.label().startsWith("cuda")) {
      return;
    }
    SupervisedWorkers workers = new SupervisedWorkers(WorkerCommand.RESTART_PAUSE);
    process.onStop("workers of the other GPUs", workers::stop);
    workers.start(WorkerProcesses.commands(joining(own, cluster), level, 1, gpus));
  }

  static WorkerConfig joining(WorkerConfig own, HostPort cluster) {
    return new WorkerConfig(
        own.id(),
        List.of(cluster),
        JOIN_TIMEOUT,
        own.models(),
        own.preload(),
        own.device(),
        own.cache(),
        own.cluster(),
        null,
        own.memory());
  }
}
