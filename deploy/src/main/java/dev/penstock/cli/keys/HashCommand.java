package dev.penstock.cli.keys;

import dev.penstock.cli.options.CommonOptions;
import dev.penstock.cli.options.VersionProvider;
import dev.penstock.config.StartupException;
import dev.penstock.router.admission.keys.KeyHash;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Hashes a key that exists already. */
@Command(
    name = "hash",
    description = {
      "Prints the line for the file of --keys of a key that clients have already. Reads the key"
          + " from standard input; on the command line others could see it:",
      "  penstock keys hash --name shop < key.txt >> keys.yaml"
    },
    versionProvider = VersionProvider.class,
    sortOptions = false)
final class HashCommand implements Runnable {
  @Spec CommandSpec spec;
  @Mixin final KeyName name = new KeyName();
  @Mixin final CommonOptions common = new CommonOptions();
  private final InputStream input;

  HashCommand(InputStream input) {
    this.input = input;
  }

  @Override
  public void run() {
    String key = read().strip();
    if (key.length() < KeyHash.SHORTEST_KEY || key.length() > KeyHash.LONGEST_KEY) {
      throw new StartupException(
          ("a key of %d characters is not taken: it must have %d to %d, made at random, because its"
                  + " hash would give a short one away. 'penstock keys create' makes one.")
              .formatted(key.length(), KeyHash.SHORTEST_KEY, KeyHash.LONGEST_KEY));
    }
    spec.commandLine().getOut().println(name.line(KeyHash.of(key)));
    spec.commandLine().getOut().flush();
  }

  private String read() {
    // Not from Console: from Java 22 on it is there, and asks, where there is no terminal too.
    spec.commandLine().getErr().println("the key, on one line of standard input:");
    spec.commandLine().getErr().flush();
    try {
      String line =
          new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8)).readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      throw new UncheckedIOException("standard input cannot be read", e);
    }
  }
}
