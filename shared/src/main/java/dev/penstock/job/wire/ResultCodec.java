package dev.penstock.job.wire;

import static java.util.Objects.requireNonNull;

import dev.penstock.job.AttemptResult;
import dev.penstock.job.BatchReason;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.KnownName;
import dev.penstock.job.timing.WorkerTimings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * The wire form of attempts' results: a {@link Frame} with an answer and a picture (or nothing) for
 * each.
 */
public final class ResultCodec {
  private static final byte[] NOTHING = {};

  private ResultCodec() {}

  public static Frame encode(List<AttemptResult> results) {
    var heads = new JsonArray();
    var parts = new ArrayList<byte[]>();
    for (AttemptResult result : results) {
      var head =
          new JsonObject()
              .put("id", result.id().toString())
              .put("attempt", result.attempt())
              .put("token", result.token())
              .put("timings", result.timings().toJson())
              .put("batchSize", result.batchSize())
              .put("batchReason", result.batchReason().label())
              .put("loadNanos", result.loadNanos());
      if (result.outcome() instanceof JobOutcome.Done done) {
        byte[] picture = done.picture();
        head.put("width", done.imageWidth())
            .put("height", done.imageHeight())
            .put("picture", picture != null);
        parts.add(done.answer());
        parts.add(picture == null ? NOTHING : picture);
      } else if (result.outcome() instanceof JobOutcome.Failed failed) {
        head.put("failed", failed.reason().name()).put("message", failed.message());
        parts.add(NOTHING);
        parts.add(NOTHING);
      }
      heads.add(head);
    }
    return new Frame(new JsonObject().put("version", 1).put("results", heads), parts);
  }

  /**
   * Reads {@link #encode} back.
   *
   * @throws IllegalArgumentException when the frame holds no results
   */
  public static List<AttemptResult> decode(Frame frame) {
    try {
      JsonArray heads = frame.head().getJsonArray("results");
      var results = new ArrayList<AttemptResult>(heads.size());
      for (int i = 0; i < heads.size(); i++) {
        JsonObject head = heads.getJsonObject(i);
        results.add(
            new AttemptResult(
                JobId.parse(head.getString("id")),
                head.getInteger("attempt"),
                requireNonNull(head.getString("token"), "token"),
                outcome(head, frame.parts().get(2 * i), frame.parts().get(2 * i + 1)),
                WorkerTimings.fromJson(head.getJsonArray("timings")),
                head.getInteger("batchSize", 0),
                BatchReason.of(head.getString("batchReason", "idle")),
                head.getLong("loadNanos", 0L)));
      }
      return results;
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("not a frame of results: " + frame.head().encode(), e);
    }
  }

  private static JobOutcome outcome(JsonObject head, byte[] answer, byte[] picture) {
    String failed = head.getString("failed");
    if (failed != null) {
      return new JobOutcome.Failed(
          // A reason of a later version: another worker may do better.
          KnownName.of(JobOutcome.Reason.class, failed, JobOutcome.Reason.DEVICE),
          head.getString("message", "no reason given"));
    }
    return new JobOutcome.Done(
        head.getInteger("width"),
        head.getInteger("height"),
        answer,
        head.getBoolean("picture", false) ? picture : null);
  }
}
