package dev.penstock.job.timing;

/**
 * Where the time of a request went; durations in nanoseconds that add up to {@code total}.
 *
 * @param receive from the parsed head until the job was queued: body, decoding of base64 and JSON,
 *     admission
 * @param queue all the time it waited for something to become free
 * @param retry what lost attempts cost
 * @param transport payload to the worker and result back
 * @param worker decode, preprocess, inference and postprocess
 * @param respond from the result being there until the head of the answer was about to be written
 * @param total from the parsed head until the head of the answer was about to be written
 */
public record Timings(
    long receive,
    long queue,
    long retry,
    long transport,
    WorkerTimings worker,
    long respond,
    long total) {

  /** Decode, preprocess, inference and postprocess together. */
  public long execution() {
    return worker.execution();
  }

  /** What no part explains: time the worker held the job without measuring a stage. */
  public long unaccounted() {
    return total - receive - queue - retry - transport - execution() - respond;
  }
}
