package dev.penstock.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.penstock.config.RouterConfig;
import dev.penstock.config.StartupException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What depends on each other, or on the machine. */
final class PublicOptionsTest {
  private static final long GIB = 1L << 30;

  private static RouterConfig.Limits limits(long heap, String... arguments) {
    var options = new PublicOptions("0.0.0.0", Duration.ZERO);
    var commandLine =
        new CommandLine(CommandLine.Model.CommandSpec.create().addMixin("o", mixin(options)));
    Converters.register(commandLine);
    commandLine.parseArgs(arguments);
    return options.limits(heap);
  }

  private static CommandLine.Model.CommandSpec mixin(PublicOptions options) {
    return CommandLine.Model.CommandSpec.forAnnotatedObject(options);
  }

  @Test
  void images_take_a_quarter_of_the_heap() {
    assertThat(limits(4 * GIB).maxInFlightBytes()).isEqualTo(GIB);
  }

  @Test
  void and_never_less_than_the_largest_request_needs() {
    assertThat(limits(100_000_000).maxInFlightBytes()).isEqualTo(40_000_000);
    assertThat(limits(4 * GIB, "--max-body=1GB").maxInFlightBytes()).isEqualTo(2_000_000_000);
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> limits(GIB, "--max-inflight-bytes=39MB"))
        .withMessage(
            "--max-inflight-bytes 39MB is too little for requests of --max-body 20MB: give it at"
                + " least 40MB, or lower --max-body.");
  }

  @ParameterizedTest
  @CsvSource({
    "--max-body=2GB, --max-body 2000MB is not possible: give it between 1B and 1000MB.",
    "--max-body=2147483647, --max-body 2147483647B is not possible",
    "--max-body=9223372036GB, is not possible",
    "--max-body=0, --max-body 0B is not possible",
    "--max-body=600MB, --max-body 600MB is too much for a heap of 1073MB",
    "--max-inflight-bytes=600MB, --max-inflight-bytes 600MB is more than half of the heap of 1073MB",
    "--max-inflight-bytes=9223372036GB, more than half of the heap"
  })
  void bounds_that_cannot_hold_are_said_at_the_start(String option, String sentence) {
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> limits(GIB, option))
        .withMessageContaining(sentence);
  }

  @Test
  void a_heap_that_is_too_small_for_the_standard_limits_is_said() {
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> limits(60_000_000))
        .withMessageContaining("--max-body 20MB is too much for a heap of 60MB");
  }

  @Test
  void a_request_may_ask_for_five_minutes_or_whatever_it_has_anyway() {
    assertThat(limits(GIB).maxRequestTimeout()).isEqualTo(Duration.ofMinutes(5));
    assertThat(limits(GIB, "--request-timeout=10m").maxRequestTimeout())
        .isEqualTo(Duration.ofMinutes(10));
    assertThat(limits(GIB, "--max-request-timeout=40s").maxRequestTimeout())
        .isEqualTo(Duration.ofSeconds(40));
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> limits(GIB, "--max-request-timeout=20s"))
        .withMessageContaining("shorter than --request-timeout");
  }
}
