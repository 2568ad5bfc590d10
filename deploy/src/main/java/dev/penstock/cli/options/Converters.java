package dev.penstock.cli.options;

import dev.penstock.config.ByteSize;
import dev.penstock.config.Durations;
import dev.penstock.config.HostPort;
import dev.penstock.config.RouterConfig.AccessLog;
import dev.penstock.config.StartupException;
import dev.penstock.worker.engine.devices.Devices;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the types that picocli does not know, with the sentences of those types. */
public final class Converters {
  private Converters() {}

  /** Teaches a command and its sub-commands. */
  public static void register(CommandLine commandLine) {
    commandLine
        .registerConverter(Duration.class, value -> sentence(Durations::parse, value))
        .registerConverter(ByteSize.class, value -> sentence(ByteSize::parse, value))
        .registerConverter(HostPort.class, value -> sentence(HostPort::parse, value))
        .registerConverter(AccessLog.class, oneOf(AccessLog.values()))
        .registerConverter(LogLevel.class, oneOf(LogLevel.values()));
  }

  private static <T> T sentence(Function<String, T> parse, String value) {
    try {
      return parse.apply(value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  private static <E extends Enum<E>> ITypeConverter<E> oneOf(E[] values) {
    return value -> {
      for (E candidate : values) {
        if (candidate.name().equalsIgnoreCase(value)) {
          return candidate;
        }
      }
      throw new TypeConversionException(
          "'"
              + value
              + "' is none of "
              + Arrays.stream(values)
                  .map(candidate -> candidate.name().toLowerCase(Locale.ROOT))
                  .collect(Collectors.joining(", ")));
    };
  }

  /** A port to listen on. */
  static final class Port implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      if (value.matches("\\d{1,5}") && Integer.parseInt(value) <= 65535) {
        return Integer.valueOf(value);
      }
      throw new TypeConversionException(
          "'" + value + "' is no port: write a number from 0 (any free port) to 65535");
    }
  }

  /** What to compute on, known before anything starts. */
  static final class DeviceName implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      try {
        Devices.check(value);
        return value;
      } catch (StartupException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** A number of things of which there must be one. */
  static final class Count implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      if (value.matches("\\d{1,9}") && Integer.parseInt(value) > 0) {
        return Integer.valueOf(value);
      }
      throw new TypeConversionException(
          "'" + value + "' is no count: write a whole number from 1 on");
    }
  }

  /** Memory in which something can be done. */
  static final class Room implements ITypeConverter<ByteSize> {
    private static final long LEAST = 16 << 20;

    @Override
    public ByteSize convert(String value) {
      ByteSize size = sentence(ByteSize::parse, value);
      if (size.bytes() < LEAST) {
        throw new TypeConversionException("'" + value + "' is too little: write at least 16MiB");
      }
      return size;
    }
  }

  /** A time in which something can happen. */
  static final class PositiveTime implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
      Duration time = sentence(Durations::parse, value);
      if (time.isZero()) {
        throw new TypeConversionException("'" + value + "' is too short: write for example 30s");
      }
      return time;
    }
  }

  /** A name that is safe in headers, logs, metrics and file names. */
  public static final class Name implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      if (value.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
        return value;
      }
      throw new TypeConversionException(
          "'" + value + "' is no name: write at most 64 letters, digits, '.', '_' and '-'");
    }
  }
}
