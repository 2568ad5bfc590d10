package dev.penstock.it.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What must be true of the times of every answer. */
final class TimeCheck {
  private static final List<String> PARTS =
      List.of(
          "receive",
          "queue",
          "retry",
          "transport",
          "decode",
          "preprocess",
          "inference",
          "postprocess",
          "respond");
  private static final List<String> EXECUTION =
      List.of("decode", "preprocess", "inference", "postprocess");
  private static final Pattern PART = Pattern.compile("([a-z]+);dur=([0-9.-]+)");

  /** The promise: what no part explains. */
  private static final double MOST_UNACCOUNTED_MS = 1;

  /** Ten numbers with three decimals. */
  private static final double ROUNDING_MS = 0.006;

  private TimeCheck() {}

  /** The same answer, when its times are right. */
  static Answer checked(Answer answer) {
    String header = answer.header("Server-Timing");
    Map<String, Double> times = times(header);
    assertThat(times.keySet().stream().filter(PARTS::contains))
        .as(header)
        .containsExactlyElementsOf(PARTS);
    assertThat(times.values()).as(header).allMatch(millis -> millis >= 0);

    double total = of(times, "total");
    double unaccounted = total - sum(times, PARTS);
    assertThat(unaccounted).as(header).isBetween(-ROUNDING_MS, MOST_UNACCOUNTED_MS + ROUNDING_MS);
    assertThat(total).as("%s seen by the client", header).isLessThan(millis(answer) + 1);

    assertThat(seconds(answer, "X-Processing-Time")).isCloseTo(total, within(ROUNDING_MS));
    assertThat(seconds(answer, "X-Queue-Time")).isCloseTo(of(times, "queue"), within(ROUNDING_MS));
    double execution = seconds(answer, "X-Execution-Time");
    assertThat(execution).as(header).isCloseTo(sum(times, EXECUTION), within(ROUNDING_MS));
    checkBody(answer, execution);
    return answer;
  }

  private static void checkBody(Answer answer, double execution) {
    if (answer.status() != 200 || !answer.has("X-Attempt")) {
      return;
    }
    if (answer.body().startsWith("{")) {
      assertThat(answer.json().getDouble("time") * 1000).isCloseTo(execution, within(ROUNDING_MS));
    } else if (answer.body().startsWith("[")) {
      // The headers tell of the job that finished last.
      assertThat(new JsonArray(answer.body()).stream())
          .anyMatch(
              one ->
                  Math.abs(((JsonObject) one).getDouble("time") * 1000 - execution) <= ROUNDING_MS);
    }
  }

  static Map<String, Double> times(String header) {
    var times = new LinkedHashMap<String, Double>();
    for (String part : header.split(", ")) {
      Matcher matcher = PART.matcher(part);
      assertThat(matcher.matches()).as(header).isTrue();
      times.put(matcher.group(1), Double.valueOf(matcher.group(2)));
    }
    return times;
  }

  private static double sum(Map<String, Double> times, List<String> parts) {
    return parts.stream().mapToDouble(part -> of(times, part)).sum();
  }

  private static double of(Map<String, Double> times, String part) {
    return times.getOrDefault(part, Double.NaN);
  }

  private static double seconds(Answer answer, String header) {
    return Double.parseDouble(answer.header(header)) * 1000;
  }

  private static double millis(Answer answer) {
    return answer.elapsed().toNanos() / 1e6;
  }
}
