package dev.penstock.telemetry;

import dev.penstock.job.BatchReason;
import dev.penstock.job.timing.Timings;
import dev.penstock.job.timing.WorkerTimings;
import java.time.Instant;

/** Records for tests. */
final class Records {
  static final Timings TIMINGS =
      new Timings(
          1_000_000,
          2_000_000,
          3_000_000,
          4_000_000,
          new WorkerTimings(30_000_000, 0, 5_000_000, 6_000_000, 7_000_000, 8_000_000),
          9_000_000,
          45_500_000);

  private Records() {}

  static RequestRecord answered(String path, int status, String model) {
    return new RequestRecord(
        Instant.parse("2026-11-21T12:00:00Z"),
        new RequestRecord.Call("id-1", "POST", path, "legacy", "shop"),
        status,
        new RequestRecord.Model(model, model),
        new RequestRecord.Run("w1", "cuda:0", 2, 8, BatchReason.FULL),
        new RequestRecord.Load(true, 1_500_000_000),
        0,
        TIMINGS);
  }

  static RequestRecord refused(int status, int retryAfterSeconds) {
    return new RequestRecord(
        Instant.EPOCH,
        new RequestRecord.Call("id-2", "GET", "/info", "service", ""),
        status,
        null,
        null,
        RequestRecord.Load.NONE,
        retryAfterSeconds,
        new Timings(5, 0, 0, 0, WorkerTimings.NONE, 6, 11));
  }
}
