package dev.penstock.worker.engine.devices;

import dev.penstock.config.StartupException;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What {@code --device} asks for. */
sealed interface DeviceSpec {
  /** CUDA where it is there, else the CPU. */
  record Auto() implements DeviceSpec {}

  /** The cores of this machine. */
  record Cpu() implements DeviceSpec {}

  /**
   * One NVIDIA GPU.
   *
   * @param index as CUDA counts them, from 0
   */
  record Cuda(int index) implements DeviceSpec {}

  /**
   * Sleeps instead of computing.
   *
   * @param baseNanos duration of a forward pass without any image
   * @param perImageNanos what each image of a batch adds to it
   * @param maxBatch the batch bound, or null to find it as for any device
   */
  record Simulated(long baseNanos, long perImageNanos, @Nullable Integer maxBatch)
      implements DeviceSpec {}

  /** The forms of {@code --device}, for error texts. */
  String FORMS = "auto, cpu, cuda, cuda:N or simulated[:base=0ms,per-image=50ms,max-batch=8]";

  /**
   * @throws StartupException when the text is none of {@link #FORMS}
   */
  static DeviceSpec parse(String text) {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? text : text.substring(0, colon);
    String rest = colon < 0 ? "" : text.substring(colon + 1);
    boolean bare = colon < 0;
    if (kind.equals("auto") && bare) {
      return new Auto();
    }
    if (kind.equals("cpu") && bare) {
      return new Cpu();
    }
    if (kind.equals("cuda") && (bare || rest.matches("[0-9]{1,4}"))) {
      return new Cuda(bare ? 0 : Integer.parseInt(rest));
    }
    if (kind.equals("simulated") && (bare || !rest.isEmpty())) {
      return SimulatedKeys.parse(text, rest);
    }
    throw new StartupException("Unknown device '" + text + "': it is one of " + FORMS + ".");
  }

  /** The {@code key=value} list of a simulated device. */
  final class SimulatedKeys {
    private static final long DEFAULT_PER_IMAGE_NANOS = 50_000_000;
    private static final Pattern MILLISECONDS = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(?:ms)?");
    private static final BigDecimal NANOS_PER_MS = BigDecimal.valueOf(1_000_000);

    private SimulatedKeys() {}

    private static Simulated parse(String text, String keys) {
      long base = 0;
      long perImage = DEFAULT_PER_IMAGE_NANOS;
      Integer maxBatch = null;
      for (String pair : keys.isEmpty() ? new String[0] : keys.split(",", -1)) {
        int equals = pair.indexOf('=');
        String value = pair.substring(equals + 1);
        switch (equals < 0 ? "" : pair.substring(0, equals)) {
          case "base" -> base = nanos(text, value);
          case "per-image" -> perImage = nanos(text, value);
          case "max-batch" -> {
            if (!value.matches("[1-9][0-9]{0,3}")) {
              throw new StartupException(
                  "max-batch of device '" + text + "' must be a whole number from 1 to 9999.");
            }
            maxBatch = Integer.valueOf(value);
          }
          default ->
              throw new StartupException(
                  "Unknown key '%s' in device '%s': a simulated device knows base, per-image and"
                          .formatted(pair, text)
                      + " max-batch.");
        }
      }
      return new Simulated(base, perImage, maxBatch);
    }

    private static long nanos(String text, String value) {
      Matcher number = MILLISECONDS.matcher(value);
      if (!number.matches()) {
        throw new StartupException(
            "'%s' in device '%s' is no duration: write milliseconds, for example 2.5ms."
                .formatted(value, text));
      }
      return new BigDecimal(number.group(1)).multiply(NANOS_PER_MS).longValue();
    }
  }
}
