package dev.penstock.worker.vision;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.worker.vision.image.Placement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Networks whose outputs have one layout: turns them into predictions. Safe for any thread. */
public interface ModelFamily {
  /** The model's input with what this family puts in the place of modes it does not have. */
  NetworkInput input();

  /** The arithmetic that resizes pictures. */
  default Interpolation interpolation() {
    return Interpolation.OPENCV;
  }

  /** How outputs of a batch belong to its pictures. */
  default Rows rows() {
    return Rows.BY_PICTURE;
  }

  /**
   * Looks at the network before its first run.
   *
   * @param outputs shape of each output with the batch dimension; −1 where it is not fixed
   * @throws UnsupportedModelException when they are not this family's
   */
  void check(List<long[]> outputs) throws UnsupportedModelException;

  /**
   * Reads one picture's predictions. Never fails, whatever the numbers: what is not finite is left
   * out.
   *
   * @param outputs in the order of the network
   */
  Predictions predictions(List<Tensor> outputs, Placement placement, JobParameters parameters);

  /**
   * What speaks against this family in the numbers of a first run, where nothing but shapes told
   * that the model belongs to it.
   *
   * @param outputs of one picture that shows something
   * @return what is wrong and what to do, for the client; or null
   */
  default @Nullable String doubt(List<Tensor> outputs) {
    return null;
  }

  /**
   * Whether outputs propose anything at all, at whatever confidence: a network that suppresses by
   * itself may answer nothing but padding.
   *
   * @param outputs of one picture
   */
  default boolean proposes(List<Tensor> outputs) {
    return true;
  }

  /** How outputs of a batch belong to its pictures. */
  enum Rows {
    /** Their first dimension counts pictures. */
    BY_PICTURE,
    /** They belong to the only picture and have no dimension for more. */
    OF_ONE_PICTURE,
    /** Rows of all pictures, in whatever number, begin with the number of theirs. */
    NUMBERED
  }

  /** Whose bilinear interpolation resizes pictures. */
  enum Interpolation {
    /** Looks at the nearest four pixels. */
    OPENCV,
    /** Looks at every pixel of what becomes one. Stretches, whatever the mode of the input. */
    PILLOW
  }
}
