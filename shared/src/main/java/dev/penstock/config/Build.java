package dev.penstock.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What was built, as the build wrote it down. Parts that it did not know are {@value #UNKNOWN}.
 *
 * @param version of the software
 * @param commit twelve digits of what it was built from, and {@code -changed} when files were
 * @param flavour what it can compute on: {@code cpu}, or {@code gpu} for both
 * @param onnxRuntime version of ONNX Runtime
 */
public record Build(String version, String commit, String flavour, String onnxRuntime) {
  private static final String UNKNOWN = "unknown";
  private static final Build CURRENT = read();

  /** The build that runs. Classes that were not packaged know nothing. */
  public static Build current() {
    return CURRENT;
  }

  /** Whether CUDA's part is in it. */
  public boolean isForGpus() {
    return flavour.equals("gpu");
  }

  /** For lines that programs read: names and values. */
  public String words() {
    return "version %s commit %s build %s onnxruntime %s"
        .formatted(version, commit, flavour, onnxRuntime);
  }

  /** For people. */
  public String sentence() {
    return "%s (commit %s, %s build, ONNX Runtime %s)"
        .formatted(version, commit, flavour, onnxRuntime);
  }

  static Build of(Properties properties) {
    return new Build(
        value(properties, "version"),
        value(properties, "commit"),
        value(properties, "flavour"),
        value(properties, "onnxruntime"));
  }

  /** A build that skips the step which finds a value out leaves its placeholder. */
  private static String value(Properties properties, String name) {
    String value = properties.getProperty(name, "").strip();
    return value.isEmpty() || value.startsWith("${") ? UNKNOWN : value;
  }

  private static Build read() {
    var properties = new Properties();
    try (InputStream in = Build.class.getResourceAsStream("build.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return of(properties);
  }
}
