package dev.penstock.cli.keys;

import dev.penstock.cli.options.Converters;
import dev.penstock.router.admission.keys.KeyHash;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a key is called in its file. */
final class KeyName {
  private static final int HASH_DIGITS = 8;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      converter = Converters.Name.class,
      description =
          "What the key is called in the file and in the access log"
              + " (default: key- and the start of its hash).")
  @Nullable String name;

  /** The line for the file, which may be added to it as it is. */
  String line(KeyHash hash) {
    String text = hash.toString();
    int digits = text.indexOf(':') + 1;
    String called = name == null ? "key-" + text.substring(digits, digits + HASH_DIGITS) : name;
    return called + ": {hash: '" + text + "'}";
  }
}
