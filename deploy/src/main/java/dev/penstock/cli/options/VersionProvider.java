package dev.penstock.cli.options;

import dev.penstock.config.Build;
import picocli.CommandLine.IVersionProvider;

/** Says what runs: the build, and the Java machine under it. */
public final class VersionProvider implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "penstock "
          + Build.current().sentence()
          + ", Java "
          + Runtime.version()
          + ", "
          + System.getProperty("os.name")
          + " "
          + System.getProperty("os.arch")
    };
  }
}
