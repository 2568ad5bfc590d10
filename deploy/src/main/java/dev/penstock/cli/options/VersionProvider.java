package dev.penstock.cli.options;

import picocli.CommandLine.IVersionProvider;

/** Says what runs: the version of the jar and of the Java machine under it. */
public final class VersionProvider implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = VersionProvider.class.getPackage().getImplementationVersion();
    return new String[] {
      "penstock "
          + (version == null ? "(not packaged)" : version)
          + ", Java "
          + Runtime.version()
          + ", "
          + System.getProperty("os.name")
          + " "
          + System.getProperty("os.arch")
    };
  }
}
