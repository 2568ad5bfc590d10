package dev.penstock.cli.doctor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;

/** Findings as a person or a program reads them. */
final class Report {
  private Report() {}

  /** One line each: level, what was looked at, what was found. */
  static String text(List<Finding> findings) {
    return findings.stream()
        .map(
            finding ->
                "%-5s %s: %s\n".formatted(finding.level().label(), finding.check(), finding.text()))
        .collect(Collectors.joining());
  }

  /** {@code {"healthy": …, "findings": [{"level", "check", "text"}]}}. */
  static String json(List<Finding> findings) {
    var list = new JsonArray();
    findings.forEach(
        finding ->
            list.add(
                new JsonObject()
                    .put("level", finding.level().label())
                    .put("check", finding.check())
                    .put("text", finding.text())));
    return new JsonObject().put("healthy", healthy(findings)).put("findings", list).encodePrettily()
        + "\n";
  }

  /** Whether a start would succeed. */
  static boolean healthy(List<Finding> findings) {
    return findings.stream().noneMatch(finding -> finding.level() == Finding.Level.FAIL);
  }
}
