package dev.penstock.job.timing;

import io.vertx.core.json.JsonArray;

/**
 * What one worker measured of one attempt on its own monotonic clock. All in nanoseconds, all
 * durations.
 *
 * @param held from the payload being there until the result was handed to the sender
 * @param waited time in which the job was held but waited for its lane, its batch or its batch
 *     mates
 * @param decode reading the image
 * @param preprocess from the decoded image to the model's input
 * @param inference the whole forward pass the job rode in
 * @param postprocess from the model's output to the serialised answer
 */
public record WorkerTimings(
    long held, long waited, long decode, long preprocess, long inference, long postprocess) {
  /** Of an attempt that never came to a worker. */
  public static final WorkerTimings NONE = new WorkerTimings(0, 0, 0, 0, 0, 0);

  public long execution() {
    return decode + preprocess + inference + postprocess;
  }

  /**
   * What the job cost its device: its own stages, and its part of the pass that it shared. The one
   * measure of a job, for fairness and for admission.
   *
   * @param batchSize jobs in the pass, at least 1
   * @return nanoseconds, at least 1
   */
  public long cost(int batchSize) {
    return Math.max(1, execution() - inference + inference / batchSize);
  }

  public JsonArray toJson() {
    return JsonArray.of(held, waited, decode, preprocess, inference, postprocess);
  }

  public static WorkerTimings fromJson(JsonArray json) {
    return new WorkerTimings(
        json.getLong(0),
        json.getLong(1),
        json.getLong(2),
        json.getLong(3),
        json.getLong(4),
        json.getLong(5));
  }
}
