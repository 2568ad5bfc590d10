package dev.penstock.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.penstock.config.RouterConfig;
import dev.penstock.config.StartupException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What depends on each other, or on the machine. */
final class PublicOptionsTest {
  private static final long GIB = 1L << 30;

  private static RouterConfig.Limits limits(long heap, String... arguments) {
    var options = new PublicOptions(Duration.ZERO);
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
    assertThat(limits(GIB / 64).maxInFlightBytes()).isEqualTo(40_000_000);
    assertThat(limits(GIB, "--max-body=1GB").maxInFlightBytes()).isEqualTo(2_000_000_000);
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> limits(GIB, "--max-inflight-bytes=39MB"))
        .withMessage(
            "--max-inflight-bytes 39MB is too little for requests of --max-body 20MB: give it at"
                + " least 40MB, or lower --max-body.");
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
