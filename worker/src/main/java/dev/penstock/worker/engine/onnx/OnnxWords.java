package dev.penstock.worker.engine.onnx;

import java.util.regex.Pattern;

/** What ONNX Runtime says, without where in its own sources it says so, and in one short line. */
final class OnnxWords {
  private static final int LONGEST = 200;

  private static final Pattern ERROR_CODE =
      Pattern.compile("^Error code - \\w+ - message: |\\[ONNXRuntimeError\\] : \\d+ : \\w+ : ");

  /** A source file with its line, and the signature of the function, up to its closing bracket. */
  private static final Pattern SOURCE =
      Pattern.compile(
          "\\S*/onnxruntime/\\S+\\.(?:cc|h|cu|cpp):\\d+ [^()]{0,200}\\([^()]{0,300}\\) *");

  private OnnxWords() {}

  static String of(String text) {
    String line = text.length() > 10 * LONGEST ? text.substring(0, 10 * LONGEST) : text;
    line = line.replaceAll("\\s+", " ").strip();
    line = ERROR_CODE.matcher(line).replaceAll("");
    line = SOURCE.matcher(line).replaceAll("");
    line = ERROR_CODE.matcher(line).replaceAll("").strip();
    return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
  }
}
