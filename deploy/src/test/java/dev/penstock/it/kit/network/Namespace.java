package dev.penstock.it.kit.network;

import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace.
 *
 * @param name empty for that of the test itself
 * @param address its only one
 */
record Namespace(String name, String address) {
  /** Makes it. */
  void add() {
    if (!isOfTheTest()) {
      Command.mustSucceed("ip", "netns", "add", name);
    }
    run("ip link set lo up");
    run("ip address replace " + address + "/32 dev lo");
  }

  boolean isOfTheTest() {
    return name.isEmpty();
  }

  /** What a command line begins with that is to run there. */
  List<String> enter() {
    return isOfTheTest() ? List.of() : List.of("nsenter", "--net=/run/netns/" + name);
  }

  /** Runs a command there that must succeed. */
  void run(String command) {
    Command.mustSucceed(words(command));
  }

  /** Runs a command there; whether it succeeded. */
  boolean attempt(String command) {
    return Command.succeeds(words(command));
  }

  private String[] words(String command) {
    var words = new ArrayList<>(enter());
    words.addAll(List.of(command.split(" ")));
    return words.toArray(String[]::new);
  }

  /** What the end of a cable to another one is called. */
  static String end(Namespace other) {
    return "to-" + (other.isOfTheTest() ? "test" : other.name());
  }

  /** Takes it away, with its ends of cables; what runs in it is to have ended. */
  void delete() {
    if (!isOfTheTest()) {
      Command.mustSucceed("ip", "netns", "delete", name);
    }
  }
}
