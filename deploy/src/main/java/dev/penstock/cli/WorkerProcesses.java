package dev.penstock.cli;

import dev.penstock.cli.options.LogLevel;
import dev.penstock.config.HostPort;
import dev.penstock.config.MutualTls;
import dev.penstock.config.WorkerConfig;
import dev.penstock.config.WorkerMemory;
import dev.penstock.worker.memory.MachineMemory;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The command lines of one worker process for each GPU, and their side of the supervision. */
final class WorkerProcesses {
  private static final String SUPERVISED = "penstock.supervised";
  private static final int LONGEST_BASE = 56;

  private WorkerProcesses() {}

  /**
   * What to start: this program with this machine's Java, its options and one GPU each.
   *
   * @param config what all of them are told, but for id and device
   * @param first of the GPUs that get one
   * @param gpus how many there are, with those before the first
   * @return command lines by worker id
   */
  static Map<String, List<String>> commands(
      WorkerConfig config, LogLevel level, int first, int gpus) {
    Map<String, List<String>> commands = new LinkedHashMap<>();
    String base = config.id().substring(0, Math.min(config.id().length(), LONGEST_BASE));
    for (int gpu = first; gpu < gpus; gpu++) {
      String id = base + "-gpu" + gpu;
      List<String> command = new ArrayList<>(program());
      command.addAll(arguments(config, level));
      command.addAll(memory(config.memory(), gpus));
      command.addAll(List.of("--id", id, "--device", "cuda:" + gpu));
      commands.put(id, List.copyOf(command));
    }
    return commands;
  }

  /** In a supervised process: ends it when its supervisor is gone. */
  static void endWithSupervisor() {
    if (System.getProperty(SUPERVISED) == null) {
      return;
    }
    Thread watch =
        new Thread(
            () -> {
              try {
                System.in.transferTo(OutputStream.nullOutputStream());
              } catch (IOException e) {
                System.getLogger(WorkerProcesses.class.getName())
                    .log(System.Logger.Level.WARNING, "lost the supervising process", e);
              }
              System.exit(143);
            },
            "supervisor-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static List<String> program() {
    List<String> program = new ArrayList<>();
    program.add(ProcessHandle.current().info().command().orElse("java"));
    program.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    program.add("-D" + SUPERVISED + "=true");
    String classPath = System.getProperty("java.class.path");
    // A jar's manifest opens packages only when it is started with -jar.
    program.addAll(
        classPath.endsWith("penstock.jar")
            ? List.of("-jar", classPath)
            : List.of("-cp", classPath, Penstock.class.getName()));
    return program;
  }

  private static List<String> arguments(WorkerConfig config, LogLevel level) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("worker", "--join", joined(config.join())));
    arguments.addAll(List.of("--join-timeout", config.joinTimeout().toMillis() + "ms"));
    config.models().forEach(folder -> arguments.addAll(List.of("--models", folder.toString())));
    if (!config.preload().isEmpty()) {
      arguments.addAll(List.of("--preload", String.join(",", config.preload())));
    }
    arguments.addAll(List.of("--cache", config.cache().toString()));
    arguments.addAll(List.of("--cluster-name", config.cluster()));
    MutualTls tls = config.tls();
    if (tls != null) {
      arguments.addAll(List.of("--internal-tls-cert", tls.own().certificate().toString()));
      arguments.addAll(List.of("--internal-tls-key", tls.own().key().toString()));
      arguments.addAll(List.of("--internal-tls-ca", tls.authority().toString()));
    }
    arguments.addAll(List.of("--log-level", level.name().toLowerCase(Locale.ROOT)));
    return arguments;
  }

  /** What is left to the machine's size is shared by all of them. */
  private static List<String> memory(WorkerMemory memory, int processes) {
    long images = memory.imagesOr(() -> MachineMemory.here().images() / processes);
    List<String> arguments = new ArrayList<>(List.of("--max-image-memory", Long.toString(images)));
    if (memory.models() != null) {
      arguments.addAll(List.of("--max-memory", Long.toString(memory.models().bytes())));
    }
    return arguments;
  }

  static String joined(List<HostPort> routers) {
    return routers.stream().map(HostPort::toString).collect(Collectors.joining(","));
  }
}
