package dev.penstock.telemetry;

import dev.penstock.job.timing.Timings;
import java.util.List;

/**
 * One named share of a request's time.
 *
 * @param name as it stands in {@code Server-Timing} and in the access log
 * @param nanos its duration in nanoseconds
 */
public record TimingPart(String name, long nanos) {
  public static final String TOTAL = "total";

  /**
   * The parts of a request in the order they happen, then their total. They add up to it but for
   * {@link Timings#unaccounted()}.
   */
  public static List<TimingPart> of(Timings timings) {
    return List.of(
        new TimingPart("receive", timings.receive()),
        new TimingPart("queue", timings.queue()),
        new TimingPart("retry", timings.retry()),
        new TimingPart("transport", timings.transport()),
        new TimingPart("decode", timings.worker().decode()),
        new TimingPart("preprocess", timings.worker().preprocess()),
        new TimingPart("inference", timings.worker().inference()),
        new TimingPart("postprocess", timings.worker().postprocess()),
        new TimingPart("respond", timings.respond()),
        new TimingPart(TOTAL, timings.total()));
  }
}
