package dev.penstock.job.wire;

import static java.util.Objects.requireNonNull;

import dev.penstock.job.JobId;
import dev.penstock.job.JobParameters;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * A worker's claim of some jobs at the router that owns them. Repeating a claim gives the same
 * answer.
 *
 * @param workerId what the worker is called
 * @param instance one start of the worker
 * @param device as in {@code X-Worker-Device}
 * @param claimId names this claim for ever
 * @param jobs the jobs
 */
public record Claim(
    String workerId, String instance, String device, String claimId, List<JobId> jobs) {
  public Claim {
    jobs = List.copyOf(jobs);
  }

  /** The same of a worker that is called otherwise. */
  public Claim of(String name) {
    return new Claim(name, instance, device, claimId, jobs);
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("version", 1)
        .put("worker", workerId)
        .put("instance", instance)
        .put("device", device)
        .put("claim", claimId)
        .put("jobs", new JsonArray(jobs.stream().map(JobId::toString).toList()));
  }

  /**
   * Reads {@link #toJson()} back.
   *
   * @throws IllegalArgumentException when it is no claim
   */
  public static Claim fromJson(JsonObject json) {
    try {
      return new Claim(
          requireNonNull(json.getString("worker"), "worker"),
          requireNonNull(json.getString("instance"), "instance"),
          requireNonNull(json.getString("device"), "device"),
          requireNonNull(json.getString("claim"), "claim"),
          json.getJsonArray("jobs").stream().map(id -> JobId.parse((String) id)).toList());
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("not a claim: " + json.encode(), e);
    }
  }

  /**
   * What a claim yields for one job: a lease and what is to be computed.
   *
   * @param attempt counts the leases of the job from 1
   * @param token to be shown with the result; valid for this attempt alone
   * @param budgetNanos how much of the request's time is left
   * @param payload the encoded image
   * @param alone a worker died while it ran this job, perhaps because of it: it is run in a batch
   *     of its own, with nothing else on the worker beside it
   */
  @SuppressWarnings("ArrayRecordComponent") // a blob, never compared
  public record Granted(
      JobId id,
      int attempt,
      String token,
      long budgetNanos,
      JobParameters parameters,
      byte[] payload,
      boolean alone) {
    /** A job against which nothing speaks. */
    public Granted(
        JobId id,
        int attempt,
        String token,
        long budgetNanos,
        JobParameters parameters,
        byte[] payload) {
      this(id, attempt, token, budgetNanos, parameters, payload, false);
    }
  }

  /** The answer to a claim; jobs that are not in it are gone. */
  public static Frame answer(List<Granted> granted) {
    var jobs = new JsonArray();
    granted.forEach(job -> jobs.add(lease(job)));
    return new Frame(
        new JsonObject().put("version", 1).put("jobs", jobs),
        granted.stream().map(Granted::payload).toList());
  }

  private static JsonObject lease(Granted job) {
    var json =
        new JsonObject()
            .put("id", job.id().toString())
            .put("attempt", job.attempt())
            .put("token", job.token())
            .put("budgetNanos", job.budgetNanos())
            .put("parameters", job.parameters().toJson());
    return job.alone() ? json.put("alone", true) : json;
  }

  /**
   * Reads {@link #answer} back.
   *
   * @throws IllegalArgumentException when the frame answers no claim
   */
  public static List<Granted> readAnswer(Frame frame) {
    try {
      JsonArray jobs = frame.head().getJsonArray("jobs");
      var granted = new ArrayList<Granted>(jobs.size());
      for (int i = 0; i < jobs.size(); i++) {
        JsonObject job = jobs.getJsonObject(i);
        granted.add(
            new Granted(
                JobId.parse(job.getString("id")),
                job.getInteger("attempt"),
                requireNonNull(job.getString("token"), "token"),
                job.getLong("budgetNanos"),
                JobParameters.fromJson(job.getJsonObject("parameters")),
                frame.parts().get(i),
                job.getBoolean("alone", false)));
      }
      return granted;
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("not the answer to a claim: " + frame.head().encode(), e);
    }
  }
}
