package dev.penstock.router.dispatch;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelPackage;
import dev.penstock.router.admission.Caller;
import dev.penstock.router.admission.Priority;
import java.time.Duration;
import java.util.List;

/**
 * A parsed request for predictions; one job for each image.
 *
 * @param requestId as it stands in {@code X-Request-ID}
 * @param caller on whose behalf it runs
 * @param priority how urgent it is among the caller's own
 * @param model the package it is admitted for
 * @param images encoded images, at least one
 * @param parameters what all its jobs ask for
 * @param startedNanos when its head was parsed, on this router's clock
 * @param receivedNanos when its last byte was there
 * @param timeout from its start until it is answered 504
 */
public record InferenceRequest(
    String requestId,
    Caller caller,
    Priority priority,
    ModelPackage model,
    List<byte[]> images,
    JobParameters parameters,
    long startedNanos,
    long receivedNanos,
    Duration timeout) {
  public InferenceRequest {
    images = List.copyOf(images);
  }
}
