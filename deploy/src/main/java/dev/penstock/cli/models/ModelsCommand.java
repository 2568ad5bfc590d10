package dev.penstock.cli.models;

import dev.penstock.cli.options.VersionProvider;
import java.nio.file.Path;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Looks after a repository of models. */
@Command(
    name = "models",
    description = "Says what the models of a repository are, tries them, adds one.",
    versionProvider = VersionProvider.class,
    footer = "%nRun 'penstock models COMMAND --help' for the options of a command.")
public final class ModelsCommand implements Runnable {
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

  private ModelsCommand() {}

  /**
   * The command with its sub-commands.
   *
   * @param shipped the repository that comes with the program
   */
  public static CommandLine commandLine(Supplier<Path> shipped) {
    return new CommandLine(new ModelsCommand())
        .addSubcommand(new ListCommand(shipped))
        .addSubcommand(new ShowCommand(shipped))
        .addSubcommand(new CheckCommand(shipped))
        .addSubcommand(new AddCommand(shipped));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "give a command: " + String.join(", ", spec.subcommands().keySet()));
  }
}
