package dev.penstock.worker.vision.yolo;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.worker.vision.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a family of networks writes down its candidates: boxes, scores, and what else belongs to an
 * object, such as mask coefficients or key-points. All arithmetic is in single precision and in the
 * order of the reference. Safe for any thread.
 */
interface CandidateLayout {
  /** The outputs it reads, for messages: {@code [batch, 84, candidates]}. */
  String describe();

  /**
   * Whether a network answers in this layout.
   *
   * @param outputs shape of each output with the batch dimension; −1 where it is not fixed
   */
  boolean fits(List<long[]> outputs);

  /**
   * The candidates that stay.
   *
   * @param outputs of one picture
   * @param threshold score above which they do
   * @return in the order of the answer
   */
  List<Candidate> candidates(List<Tensor> outputs, float threshold, JobParameters parameters);

  /**
   * What else belongs to a candidate.
   *
   * @param row of the candidate
   * @param extras is filled
   */
  void extras(List<Tensor> outputs, int row, float[] extras);

  /**
   * What speaks against this layout in the numbers themselves, for networks whose layout was told
   * by their shapes.
   *
   * @param outputs of a picture that shows something
   * @return half a sentence, or null
   */
  default @Nullable String doubt(List<Tensor> outputs, NetworkInput input) {
    return null;
  }
}
