package dev.penstock.cli.options;

import dev.penstock.config.ConfigFile;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Gives options that are not on the command line their value: from the environment, else from the
 * file of {@code --config}, else their default. A file may hold the options of every sub-command,
 * so that one serves a whole installation.
 */
public final class OptionSources implements IDefaultValueProvider {
  private static final String CONFIG = "config";

  /** Keys of earlier versions, with what to do instead. */
  private static final Map<String, String> REMOVED = Map.of();

  private final Map<String, String> environment;
  private final Collection<String> keys;
  private final Map<ArgSpec, String> origins = new HashMap<>();
  private @Nullable Map<String, String> file;

  /**
   * @param environment the variables of the process
   * @param keys the options of all sub-commands, without dashes
   */
  public OptionSources(Map<String, String> environment, Collection<String> keys) {
    this.environment = Map.copyOf(environment);
    this.keys = keys;
  }

  /** The key of an option in a file: its long name without dashes. */
  public static String key(OptionSpec option) {
    return option.longestName().substring(2);
  }

  /** The environment variable of an option. */
  public static String variable(OptionSpec option) {
    return "PENSTOCK_" + key(option).toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** Whether an option can be set by a file and the environment: all but those that only inform. */
  public static boolean settable(OptionSpec option) {
    return !option.usageHelp() && !option.versionHelp();
  }

  /** A command that has no {@code --config} is told everything on its command line. */
  private static boolean readsSources(OptionSpec option) {
    return option.command().findOption("--" + CONFIG) != null;
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)
        || !settable(option)
        || !readsSources(option)
        || helpWanted(option)) {
      return null;
    }
    String variable = variable(option);
    String value = environment.get(variable);
    if (value != null) {
      origins.put(option, "the environment variable " + variable);
      return value;
    }
    if (key(option).equals(CONFIG)) {
      return null;
    }
    value = file(option).get(key(option));
    if (value != null) {
      origins.put(option, "the configuration file");
    }
    return value;
  }

  /** Where the value of an argument came from when it was not the command line. */
  public @Nullable String origin(@Nullable ArgSpec argument) {
    return origins.get(argument);
  }

  /** Help must come even where the file is broken. */
  private static boolean helpWanted(OptionSpec option) {
    return option.command().optionsMap().values().stream()
        .anyMatch(other -> !settable(other) && Boolean.TRUE.equals(other.getValue()));
  }

  private Map<String, String> file(OptionSpec option) {
    if (file == null) {
      CommandLine command = option.command().commandLine();
      // picocli asks for defaults only after it has read the whole command line.
      Path given = command.getCommandSpec().findOption("--" + CONFIG).getValue();
      String variable = environment.get("PENSTOCK_CONFIG");
      Path path = given == null && variable != null ? Path.of(variable) : given;
      try {
        file = path == null ? Map.of() : ConfigFile.read(path, keys, REMOVED);
      } catch (IllegalArgumentException e) {
        throw new ParameterException(command, String.valueOf(e.getMessage()), e);
      }
    }
    return file;
  }
}
