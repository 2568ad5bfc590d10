package dev.penstock.cli.keys;

import dev.penstock.cli.options.VersionProvider;
import java.io.InputStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Looks after API keys. */
@Command(
    name = "keys",
    description = "Makes API keys and hashes them for the file of --keys.",
    versionProvider = VersionProvider.class,
    footer = "%nRun 'penstock keys COMMAND --help' for the options of a command.")
public final class KeysCommand implements Runnable {
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

  private KeysCommand() {}

  /**
   * The command with its sub-commands.
   *
   * @param input where a key to be hashed is read from
   */
  public static CommandLine commandLine(InputStream input) {
    return new CommandLine(new KeysCommand())
        .addSubcommand(new CreateCommand())
        .addSubcommand(new HashCommand(input));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "give a command: " + String.join(", ", spec.subcommands().keySet()));
  }
}
