package dev.penstock.it.kit.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A short command of the system. */
final class Command {
  private Command() {}

  /** Runs it; whether it succeeded. */
  static boolean succeeds(String... words) {
    return run(words).status == 0;
  }

  /** Runs it; fails with what it said when it does not succeed. */
  static void mustSucceed(String... words) {
    Ended ended = run(words);
    if (ended.status != 0) {
      throw new AssertionError(
          String.join(" ", words) + " ended with " + ended.status + ": " + ended.output);
    }
  }

  private record Ended(int status, String output) {}

  private static Ended run(String... words) {
    try {
      Process process = new ProcessBuilder(List.of(words)).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return new Ended(process.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
