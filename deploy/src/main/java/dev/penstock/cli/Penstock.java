package dev.penstock.cli;

import dev.penstock.cli.doctor.DoctorCommand;
import dev.penstock.cli.keys.KeysCommand;
import dev.penstock.cli.models.ModelsCommand;
import dev.penstock.cli.options.Converters;
import dev.penstock.cli.options.OptionSources;
import dev.penstock.cli.options.VersionProvider;
import dev.penstock.cli.process.ShutdownSafeLogManager;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The one program: every role of a cluster is a sub-command. */
@Command(
    name = "penstock",
    description = "One URL in front of N GPU machines, and for every request where its time went.",
    versionProvider = VersionProvider.class,
    subcommands = {
      LocalCommand.class,
      RouterCommand.class,
      WorkerCommand.class,
      TrainingCommand.class,
      HelpCommand.class
    },
    footer = "%nRun 'penstock COMMAND --help' for the options of a command.")
public final class Penstock implements Runnable {
  @Spec CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and exit.")
  boolean version;

  private Penstock() {}

  /** Runs a sub-command; a serving one ends with the process. */
  public static void main(String[] args) {
    System.setProperty("java.util.logging.manager", ShutdownSafeLogManager.class.getName());
    NetworkHabits.set();
    System.exit(commandLine(System.getenv()).execute(args));
  }

  /** The command line with all its sub-commands. */
  static CommandLine commandLine(Map<String, String> environment) {
    CommandLine commandLine = new CommandLine(new Penstock());
    commandLine.addSubcommand(KeysCommand.commandLine(System.in));
    commandLine.addSubcommand(ModelsCommand.commandLine(() -> Installation.find().models()));
    commandLine.addSubcommand(DoctorCommand.commandLine(() -> Installation.find().models()));
    Converters.register(commandLine);
    OptionSources sources = new OptionSources(environment, keys(commandLine));
    Failures failures = new Failures(sources);
    return commandLine
        .setDefaultValueProvider(sources)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .setUsageHelpAutoWidth(true);
  }

  private static List<String> keys(CommandLine commandLine) {
    return commandLine.getSubcommands().values().stream()
        .flatMap(command -> command.getCommandSpec().options().stream())
        .filter(OptionSources::settable)
        .map(OptionSources::key)
        .distinct()
        .sorted()
        .toList();
  }

  private String commands() {
    return spec.subcommands().entrySet().stream()
        .filter(command -> !command.getValue().getCommandSpec().usageMessage().hidden())
        .filter(command -> !command.getValue().getCommandSpec().helpCommand())
        .map(Map.Entry::getKey)
        .collect(Collectors.joining(", "));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "give a command: " + commands());
  }
}
