package dev.penstock.telemetry;

import dev.penstock.job.BatchReason;
import dev.penstock.job.timing.Timings;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One answered request: headers, metrics and the access log are all computed from this record, so
 * that they cannot disagree.
 *
 * @param at wall-clock time of the answer, for people
 * @param call what was asked
 * @param status HTTP status of the answer; {@link #CLIENT_GONE} when nobody was left to read it
 * @param model the model it was for, null when none was recognised
 * @param run how a worker ran it, null when none did
 * @param load what loading the model cost
 * @param retryAfterSeconds when the client should come again; 0 when it was not told to
 * @param timings where the time went
 */
public record RequestRecord(
    Instant at,
    Call call,
    int status,
    @Nullable Model model,
    @Nullable Run run,
    Load load,
    int retryAfterSeconds,
    Timings timings) {
  /** Status of a request whose client left before it was answered. Never sent. */
  public static final int CLIENT_GONE = 499;

  /**
   * What was asked.
   *
   * @param requestId as it stands in {@code X-Request-ID}
   * @param method HTTP method
   * @param path path without the query, which may hold keys
   * @param route the family of endpoints that took it; one of a few, so that it can label metrics
   * @param caller name of its key in the key file, empty when there is none
   */
  public record Call(String requestId, String method, String path, String route, String caller) {}

  /**
   * The model of a request.
   *
   * @param requested id as the client spelled it
   * @param canonical id of the package
   */
  public record Model(String requested, String canonical) {}

  /**
   * How a worker ran it.
   *
   * @param workerId who answered, empty when nobody did
   * @param workerDevice its device, empty when nobody did
   * @param attempt the attempt that answered, or how many were made
   * @param batchSize jobs in the forward pass, 0 when there was none
   * @param batchReason why that batch left
   */
  public record Run(
      String workerId, String workerDevice, int attempt, int batchSize, BatchReason batchReason) {}

  /**
   * What loading the model cost.
   *
   * @param cold whether the request found no worker that had the model
   * @param nanos how long the load took in nanoseconds; 0 when it had none
   */
  public record Load(boolean cold, long nanos) {
    public static final Load NONE = new Load(false, 0);
  }
}
