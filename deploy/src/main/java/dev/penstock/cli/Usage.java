package dev.penstock.cli;

/** What the help of every sub-command ends with. */
final class Usage {
  static final String FOOTER =
      "%nEvery option is also a key of the --config file (request-timeout: 30s) and an environment"
          + " variable (PENSTOCK_REQUEST_TIMEOUT=30s). The command line wins over the environment,"
          + " that over the file. Times: 30s, 500ms, 2.5s, 1m, 1h; a plain number is seconds."
          + " Sizes: 20MB, 20MiB.";

  private Usage() {}
}
