package dev.penstock.worker.vision.family;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.image.Placement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A family whose networks answer in another order than it reads, or more than it needs. */
final class ReorderedOutputs implements ModelFamily {
  private final ModelFamily family;
  private final List<Integer> order;

  /**
   * @param order positions of the network's outputs
   */
  ReorderedOutputs(ModelFamily family, List<Integer> order) {
    this.family = family;
    this.order = order;
  }

  @Override
  public NetworkInput input() {
    return family.input();
  }

  @Override
  public Interpolation interpolation() {
    return family.interpolation();
  }

  @Override
  public Rows rows() {
    return family.rows();
  }

  @Override
  public void check(List<long[]> outputs) throws UnsupportedModelException {
    if (order.stream().anyMatch(position -> position >= outputs.size())) {
      throw new UnsupportedModelException(
          "the network has %d outputs, fewer than its file says: export it again"
              .formatted(outputs.size()));
    }
    family.check(order.stream().map(outputs::get).toList());
  }

  @Override
  public Predictions predictions(
      List<Tensor> outputs, Placement placement, JobParameters parameters) {
    return family.predictions(ordered(outputs), placement, parameters);
  }

  @Override
  public @Nullable String doubt(List<Tensor> outputs) {
    return family.doubt(ordered(outputs));
  }

  @Override
  public boolean proposes(List<Tensor> outputs) {
    return family.proposes(ordered(outputs));
  }

  private List<Tensor> ordered(List<Tensor> outputs) {
    return order.stream().map(outputs::get).toList();
  }
}
