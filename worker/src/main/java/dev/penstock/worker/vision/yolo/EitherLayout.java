package dev.penstock.worker.vision.yolo;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.worker.vision.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * End to end or plain, as the network answers: YOLOv10 and YOLO26 suppress by themselves, but their
 * export tools can leave that out, and nothing beside the shapes tells.
 */
final class EitherLayout implements CandidateLayout {
  private final CandidateLayout endToEnd;
  private final CandidateLayout plain;

  EitherLayout(CandidateLayout endToEnd, CandidateLayout plain) {
    this.endToEnd = endToEnd;
    this.plain = plain;
  }

  private CandidateLayout of(List<Tensor> outputs) {
    int[] shape = outputs.get(0).shape();
    long[] withBatch = {1, shape[0], shape[1]};
    return endToEnd.fits(List.of(withBatch)) ? endToEnd : plain;
  }

  @Override
  public String describe() {
    return endToEnd.describe() + " or " + plain.describe();
  }

  @Override
  public boolean fits(List<long[]> outputs) {
    return endToEnd.fits(outputs) || plain.fits(outputs);
  }

  @Override
  public List<Candidate> candidates(
      List<Tensor> outputs, float threshold, JobParameters parameters) {
    return of(outputs).candidates(outputs, threshold, parameters);
  }

  @Override
  public void extras(List<Tensor> outputs, int row, float[] extras) {
    of(outputs).extras(outputs, row, extras);
  }

  @Override
  public @Nullable String doubt(List<Tensor> outputs, NetworkInput input) {
    return of(outputs).doubt(outputs, input);
  }
}
