package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cli.options.OptionSources;
import dev.penstock.config.StartupException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

final class FailuresTest {
  private final StringWriter err = new StringWriter();

  @Test
  void a_failed_start_is_one_sentence_without_a_trace() {
    assertThat(run(new StartupException("port 9001 is taken: give another one"))).isEqualTo(1);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines("penstock: port 9001 is taken: give another one\n");
  }

  @Test
  void a_failed_start_on_a_side_thread_is_the_same_sentence() {
    assertThat(run(new CompletionException(new StartupException("no GPU")))).isEqualTo(1);
    assertThat(err.toString()).isEqualToNormalizingNewlines("penstock: no GPU\n");
  }

  @Test
  void what_nobody_expected_shows_where_it_happened() {
    assertThat(run(new IllegalStateException("oops"))).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("penstock: internal error: java.lang.IllegalStateException: oops")
        .contains("at dev.penstock.cli.FailuresTest");
  }

  private int run(RuntimeException failure) {
    return new CommandLine(new Failing(failure))
        .setErr(new PrintWriter(err))
        .setExecutionExceptionHandler(new Failures(new OptionSources(Map.of(), List.of())))
        .execute();
  }

  @Command(name = "failing")
  private record Failing(RuntimeException failure) implements Callable<Integer> {
    @Override
    public Integer call() {
      throw failure;
    }
  }
}
