package dev.penstock.worker.engine.devices;

import dev.penstock.config.StartupException;
import dev.penstock.worker.engine.devices.DeviceSpec.Simulated;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the {@code key=value} list of a simulated device. */
final class SimulatedSpec {
  private static final Pattern MILLISECONDS = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(?:ms)?");
  private static final BigDecimal NANOS_PER_MS = BigDecimal.valueOf(1_000_000);

  private final String text;
  private long baseNanos;
  private long perImageNanos = 50_000_000;
  private @Nullable Integer maxBatch;
  private @Nullable String crashOn;
  private @Nullable String failOn;
  private @Nullable Integer failAbove;
  private @Nullable Path failWhile;

  private SimulatedSpec(String text) {
    this.text = text;
  }

  /**
   * @param text the whole of {@code --device}, for error texts
   * @param keys what follows the colon
   * @throws StartupException when there is an unknown key or a value that means nothing
   */
  static Simulated parse(String text, String keys) {
    var spec = new SimulatedSpec(text);
    for (String pair : keys.isEmpty() ? new String[0] : keys.split(",", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 0 || equals == pair.length() - 1) {
        throw spec.unknown(pair);
      }
      spec.set(pair, pair.substring(0, equals), pair.substring(equals + 1));
    }
    return new Simulated(
        spec.baseNanos,
        spec.perImageNanos,
        spec.maxBatch,
        new SimulatedFaults(spec.crashOn, spec.failOn, spec.failAbove, spec.failWhile));
  }

  private void set(String pair, String key, String value) {
    switch (key) {
      case "base" -> baseNanos = nanos(value);
      case "per-image" -> perImageNanos = nanos(value);
      case "max-batch" -> maxBatch = images(key, value);
      case "crash-on" -> crashOn = value;
      case "fail-on" -> failOn = value;
      case "fail-above" -> failAbove = images(key, value);
      case "fail-while" -> failWhile = Path.of(value);
      default -> throw unknown(pair);
    }
  }

  private StartupException unknown(String pair) {
    return new StartupException(
        "Unknown key '%s' in device '%s': a simulated device knows base, per-image, max-batch,"
                .formatted(pair, text)
            + " crash-on, fail-on, fail-above and fail-while.");
  }

  private Integer images(String key, String value) {
    if (!value.matches("[1-9][0-9]{0,3}")) {
      throw new StartupException(
          "%s of device '%s' must be a whole number from 1 to 9999.".formatted(key, text));
    }
    return Integer.valueOf(value);
  }

  private long nanos(String value) {
    Matcher number = MILLISECONDS.matcher(value);
    if (!number.matches()) {
      throw new StartupException(
          "'%s' in device '%s' is no duration: write milliseconds, for example 2.5ms."
              .formatted(value, text));
    }
    return new BigDecimal(number.group(1)).multiply(NANOS_PER_MS).longValue();
  }
}
