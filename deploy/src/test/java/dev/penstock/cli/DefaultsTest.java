package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cli.options.LogLevel;
import dev.penstock.cli.options.OptionSources;
import dev.penstock.config.ByteSize;
import dev.penstock.config.RouterConfig.AccessLog;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What holds when nothing is said; null where it depends on the machine. */
final class DefaultsTest {
  @Test
  void of_a_router() {
    Map<String, @Nullable Object> expected = ofTheListener();
    expected.put("drain-delay", Duration.ofSeconds(5));
    expected.put("internal-port", 9002);
    expected.put("cluster-port", 5701);
    expected.put("advertise", null);
    expected.put("cluster-host", null);
    expected.putAll(ofTheCluster());
    assertThat(defaults("router")).containsExactlyInAnyOrderEntriesOf(expected);
  }

  @Test
  void of_local() {
    Map<String, @Nullable Object> expected = ofTheListener();
    expected.put("drain-delay", Duration.ZERO);
    expected.put("internal-port", 0);
    expected.put("cluster-port", 0);
    expected.put("device", "auto");
    expected.put("cache", null);
    expected.put("max-image-memory", null);
    expected.put("max-memory", null);
    assertThat(defaults("local")).containsExactlyInAnyOrderEntriesOf(expected);
  }

  @Test
  void of_a_worker() {
    Map<String, @Nullable Object> expected = ofAll();
    expected.putAll(ofTheCluster());
    expected.put("join-timeout", Duration.ofSeconds(60));
    expected.put("device", "auto");
    expected.put("cache", null);
    expected.put("max-image-memory", null);
    expected.put("max-memory", null);
    assertThat(defaults("worker")).containsExactlyInAnyOrderEntriesOf(expected);
  }

  private static Map<String, @Nullable Object> ofTheListener() {
    Map<String, @Nullable Object> expected = ofAll();
    expected.put("host", null);
    expected.put("port", 9001);
    expected.put("allow-origin", List.of("*"));
    expected.put("request-timeout", Duration.ofSeconds(30));
    expected.put("max-request-timeout", null);
    expected.put("max-inflight-bytes", null);
    expected.put("max-body", new ByteSize(20_000_000));
    expected.put("max-inflight", 1000);
    expected.put("max-connections", 10_000);
    expected.put("keys", null);
    expected.put("tls-cert", null);
    expected.put("tls-key", null);
    expected.put("alias", Map.of());
    expected.put("image-url-allow-http", false);
    expected.put("image-url-allow-private", false);
    expected.put("access-log", AccessLog.TEXT);
    return expected;
  }

  private static Map<String, @Nullable Object> ofTheCluster() {
    Map<String, @Nullable Object> expected = new HashMap<>();
    expected.put("join", List.of());
    expected.put("cluster-name", "penstock");
    expected.put("internal-tls-cert", null);
    expected.put("internal-tls-key", null);
    expected.put("internal-tls-ca", null);
    return expected;
  }

  private static Map<String, @Nullable Object> ofAll() {
    Map<String, @Nullable Object> expected = new HashMap<>();
    expected.put("models", null);
    expected.put("preload", null);
    expected.put("id", null);
    expected.put("config", null);
    expected.put("log-level", LogLevel.INFO);
    return expected;
  }

  private static Map<String, @Nullable Object> defaults(String command) {
    CommandLine commandLine = Penstock.commandLine(Map.of());
    Map<String, @Nullable Object> values = new HashMap<>();
    for (OptionSpec option : commandLine.parseArgs(command).subcommand().commandSpec().options()) {
      if (OptionSources.settable(option)) {
        values.put(OptionSources.key(option), option.getValue());
      }
    }
    return values;
  }
}
