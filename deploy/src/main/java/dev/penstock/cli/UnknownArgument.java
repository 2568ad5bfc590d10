package dev.penstock.cli;

import dev.penstock.config.NearestName;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** What is said of an option or a word that a command does not know. */
final class UnknownArgument {
  private UnknownArgument() {}

  /**
   * @param command that was given it
   * @param argument as it was typed
   */
  static String sentence(CommandLine command, String argument) {
    return argument.startsWith("-") ? option(command, argument) : word(command, argument);
  }

  private static String option(CommandLine command, String argument) {
    String name = argument.contains("=") ? argument.substring(0, argument.indexOf('=')) : argument;
    List<String> owners =
        commands(command).entrySet().stream()
            .filter(other -> other.getValue().getCommandSpec().findOption(name) != null)
            .map(Map.Entry::getKey)
            .toList();
    String own = command.getCommandSpec().qualifiedName();
    if (!owners.isEmpty()) {
      return "%s has no option '%s': it belongs to %s".formatted(own, name, listed(owners));
    }
    String nearest = nearest(name, command);
    if (nearest != null) {
      return "%s has no option '%s': did you mean '%s'?".formatted(own, name, nearest);
    }
    return command.getParent() != null
        ? "%s has no option '%s'".formatted(own, name)
        : "%s has no option '%s': give a command first, %s"
            .formatted(own, name, String.join(", ", visible(command)));
  }

  private static @Nullable String nearest(String name, CommandLine command) {
    return NearestName.of(
        name,
        command.getCommandSpec().options().stream()
            .filter(option -> !option.hidden())
            .flatMap(option -> Arrays.stream(option.names()))
            .filter(candidate -> candidate.startsWith("--"))
            .toList());
  }

  private static List<String> visible(CommandLine command) {
    return command.getSubcommands().entrySet().stream()
        .filter(other -> !other.getValue().getCommandSpec().usageMessage().hidden())
        .map(Map.Entry::getKey)
        .toList();
  }

  private static String word(CommandLine command, String argument) {
    if (argument.equals("help") || argument.equals("?")) {
      return "'" + argument + "' is not understood here: did you mean '--help'?";
    }
    List<String> names = visible(command);
    if (names.isEmpty()) {
      return "'%s' is not understood by %s: options begin with '--'"
          .formatted(argument, command.getCommandSpec().qualifiedName());
    }
    String nearest = NearestName.of(argument, names);
    return "unknown command '%s': %s"
        .formatted(
            argument,
            nearest == null
                ? "it is one of " + String.join(", ", names)
                : "did you mean '" + nearest + "'?");
  }

  /** All commands but this one, by how they are called; hidden ones are nobody's business. */
  private static Map<String, CommandLine> commands(CommandLine command) {
    CommandLine root = command;
    while (root.getParent() != null) {
      root = root.getParent();
    }
    var commands = new TreeMap<String, CommandLine>();
    add(root, commands);
    commands.values().removeIf(other -> other.getCommandSpec() == command.getCommandSpec());
    return commands;
  }

  private static void add(CommandLine from, Map<String, CommandLine> commands) {
    for (CommandLine each : from.getSubcommands().values()) {
      if (!each.getCommandSpec().usageMessage().hidden()) {
        commands.put(each.getCommandSpec().qualifiedName(), each);
        add(each, commands);
      }
    }
  }

  private static String listed(List<String> names) {
    return names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
  }
}
