package dev.penstock.router.api;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelPackage;
import dev.penstock.router.admission.Refusal;
import dev.penstock.router.admission.Reservation;
import dev.penstock.router.api.exchange.Answer;
import dev.penstock.router.api.exchange.ApiException;
import dev.penstock.router.api.exchange.BodyWork;
import dev.penstock.router.api.exchange.Exchange;
import dev.penstock.router.dispatch.Admission;
import dev.penstock.router.dispatch.Dispatcher;
import dev.penstock.router.dispatch.InferenceOutcome;
import dev.penstock.router.dispatch.InferenceOutcome.JobReport;
import dev.penstock.router.dispatch.InferenceRequest;
import dev.penstock.telemetry.RequestRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * From images to the answer: admits, waits, answers.
 *
 * @param work where large answers are put together
 */
record Inferences(Dispatcher dispatcher, BodyWork work) {

  /**
   * What is asked.
   *
   * @param modelId as the client spells it
   * @param fetched whether the images were given by URL
   */
  record Question(
      String modelId,
      ModelPackage model,
      List<byte[]> images,
      JobParameters parameters,
      PredictionAnswer shape,
      boolean fetched) {}

  void run(Exchange exchange, Question question) {
    if (exchange.over()) {
      return; // the client left, or its time passed, while its images were fetched or decoded
    }
    Reservation payload = exchange.payload();
    payload.shrinkTo(question.images().stream().mapToLong(image -> image.length).sum());
    Optional<Refusal> share = payload.assign(exchange.caller());
    if (share.isPresent()) {
      exchange.fail(ApiException.refused(share.get()));
      return;
    }
    var request =
        new InferenceRequest(
            exchange.requestId(),
            exchange.caller(),
            exchange.priority(),
            question.model(),
            question.images(),
            question.parameters(),
            exchange.startedNanos(),
            exchange.receivedNanos(),
            exchange.deadline().timeout());
    Admission admission =
        dispatcher.admit(
            request,
            outcome ->
                exchange.context().runOnContext(here -> finish(exchange, question, outcome)));
    if (admission instanceof Admission.Admitted admitted) {
      exchange.deadline().letGo();
      exchange.onClientGone(admitted::cancel);
    } else if (admission instanceof Admission.Refused refused) {
      exchange.answer(FailureAnswer.refused(refused));
    } else if (admission instanceof Admission.Unloadable refused) {
      exchange.answer(FailureAnswer.failed(refused.failure(), question.modelId(), false));
    }
  }

  private void finish(Exchange exchange, Question question, InferenceOutcome outcome) {
    if (exchange.over()) {
      return;
    }
    JobReport critical = outcome.criticalJob();
    exchange.ran(
        critical.timeline(),
        new RequestRecord.Run(
            critical.workerId(),
            critical.workerDevice(),
            critical.attempt(),
            critical.batchSize(),
            critical.batchReason()));
    exchange.load(load(outcome.jobs()));
    InferenceOutcome.End end = outcome.end();
    if (end instanceof InferenceOutcome.Failed failed) {
      exchange.answer(
          FailureAnswer.failed(failed.failure(), question.modelId(), question.fetched()));
    } else if (end instanceof InferenceOutcome.Expired expired) {
      exchange.answer(Answer.message(504, expired.message()));
    } else if (end instanceof InferenceOutcome.Completed completed) {
      var predictions = predictions(completed, outcome.jobs());
      long bytes = predictions.stream().mapToLong(PredictionAnswer.Prediction::bytes).sum();
      work.run(bytes, () -> question.shape().of(predictions))
          .onSuccess(exchange::answer)
          .onFailure(exchange::fail);
    }
  }

  private static List<PredictionAnswer.Prediction> predictions(
      InferenceOutcome.Completed completed, List<JobReport> jobs) {
    var predictions = new ArrayList<PredictionAnswer.Prediction>();
    for (int i = 0; i < jobs.size(); i++) {
      long executed = jobs.get(i).timeline().worker().execution();
      predictions.add(new PredictionAnswer.Prediction(completed.results().get(i), executed));
    }
    return predictions;
  }

  private static RequestRecord.Load load(List<JobReport> jobs) {
    return new RequestRecord.Load(
        jobs.stream().anyMatch(JobReport::coldStart),
        jobs.stream().mapToLong(JobReport::loadNanos).max().orElse(0));
  }
}
