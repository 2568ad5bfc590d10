package dev.penstock.cli.keys;

import dev.penstock.cli.options.CommonOptions;
import dev.penstock.cli.options.VersionProvider;
import dev.penstock.router.admission.keys.KeyHash;
import dev.penstock.router.admission.keys.NewKey;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Makes a key. */
@Command(
    name = "create",
    description = {
      "Makes a key. The line for the file of --keys goes to standard output, the key itself, this"
          + " once, to standard error:",
      "  penstock keys create --name shop >> keys.yaml"
    },
    versionProvider = VersionProvider.class,
    sortOptions = false)
final class CreateCommand implements Runnable {
  @Spec CommandSpec spec;
  @Mixin final KeyName name = new KeyName();
  @Mixin final CommonOptions common = new CommonOptions();

  @Override
  public void run() {
    CommandLine command = spec.commandLine();
    String key = NewKey.create();
    command.getOut().println(name.line(KeyHash.of(key)));
    command.getOut().flush();
    command.getErr().println("the key, which is kept nowhere: " + key);
    command.getErr().flush();
  }
}
