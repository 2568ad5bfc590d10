package dev.penstock.worker.vision.classify;

import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.ResizeMode;
import dev.penstock.worker.vision.ModelFamily;

/** Which classifiers take pictures how. */
public final class Classifiers {
  private static final int GREY = 127;

  private Classifiers() {}

  /** YOLOv8 and its like: one label. */
  public static ModelFamily yolo(ModelDescription model) {
    return new SingleLabelClassification(
        model, model.input().insteadOfFitLongerEdge(ResizeMode.LETTERBOX, GREY));
  }

  /** ViT and ResNet with one label. */
  public static ModelFamily singleLabel(ModelDescription model) {
    return new SingleLabelClassification(model, stretched(model));
  }

  /** ViT and ResNet with any number of labels. */
  public static ModelFamily multiLabel(ModelDescription model) {
    return new MultiLabelClassification(model, stretched(model));
  }

  /** Of other tools, whose scores may be shares already. */
  public static ModelFamily foreign(ModelDescription model) {
    return new SingleLabelClassification(model, stretched(model), /* sharesTell= */ true);
  }

  private static NetworkInput stretched(ModelDescription model) {
    return model.input().insteadOfFitLongerEdge(ResizeMode.STRETCH, 0);
  }
}
