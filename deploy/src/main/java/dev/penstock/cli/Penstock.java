package dev.penstock.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The one program: every role of a cluster is a sub-command. */
@Command(name = "penstock", mixinStandardHelpOptions = true)
final class Penstock implements Runnable {
  public static void main(String[] args) {
    System.exit(new CommandLine(new Penstock()).execute(args));
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
