package dev.penstock.cli;

import dev.penstock.cli.options.OptionSources;
import dev.penstock.config.StartupException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one sentence what went wrong: status 2 for wrong usage, 1 for a failed start. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private final OptionSources sources;

  Failures(OptionSources sources) {
    this.sources = sources;
  }

  @Override
  public int handleParseException(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    String origin = sources.origin(failure.getArgSpec());
    err.println(
        "penstock: " + sentence(failure) + (origin == null ? "" : " (from " + origin + ")"));
    err.println(
        "Try '" + command.getCommandSpec().qualifiedName() + " --help' for what it understands.");
    err.flush();
    return ExitCode.USAGE;
  }

  private static @Nullable String sentence(ParameterException failure) {
    return failure instanceof UnmatchedArgumentException unmatched
            && !unmatched.getUnmatched().isEmpty()
        ? UnknownArgument.sentence(unmatched.getCommandLine(), unmatched.getUnmatched().get(0))
        : failure.getMessage();
  }

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, ParseResult arguments) {
    PrintWriter err = command.getErr();
    StartupException expected = startupFailure(failure);
    err.println(
        "penstock: " + (expected == null ? "internal error: " + failure : expected.getMessage()));
    if (expected == null
        || System.getLogger("dev.penstock").isLoggable(System.Logger.Level.DEBUG)) {
      failure.printStackTrace(err);
    }
    err.flush();
    return ExitCode.SOFTWARE;
  }

  /** Failures on side threads arrive wrapped. */
  private static @Nullable StartupException startupFailure(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof StartupException startup) {
        return startup;
      }
    }
    return null;
  }
}
