package dev.penstock.job;

import dev.penstock.job.timing.WorkerTimings;

/**
 * What a worker posts back for one attempt.
 *
 * @param id the job
 * @param attempt counts the leases of the job from 1
 * @param token the one-time token of that lease
 * @param outcome how it ended
 * @param timings where its time went on the worker
 * @param batchSize jobs in the forward pass it rode in, at least 1; 0 when it never reached one
 * @param batchReason why that batch left
 * @param loadNanos how long its model took to load on that worker, whenever that was
 */
public record AttemptResult(
    JobId id,
    int attempt,
    String token,
    JobOutcome outcome,
    WorkerTimings timings,
    int batchSize,
    BatchReason batchReason,
    long loadNanos) {}
