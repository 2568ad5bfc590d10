package dev.penstock.worker.vision.classify;

import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.UnsupportedModelException;
import java.util.List;

/** What all classifiers have in common: one output with a score for each class. */
abstract class Classifier implements ModelFamily {
  final ModelDescription model;
  private final NetworkInput input;

  /**
   * @param input with what the architecture puts in the place of resize modes it does not have
   */
  Classifier(ModelDescription model, NetworkInput input) {
    this.model = model;
    this.input = input;
  }

  @Override
  public final NetworkInput input() {
    return input;
  }

  @Override
  public final void check(List<long[]> outputs) throws UnsupportedModelException {
    Scores.check(model, outputs);
  }
}
