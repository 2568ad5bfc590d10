package dev.penstock.worker.vision.detector;

import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.rfdetr.RfDetrDetection;

/** Which detectors answer in which form. */
public final class Detectors {
  private Detectors() {}

  /** RT-DETR of Ultralytics. */
  public static ModelFamily rtDetr(ModelDescription model) {
    return new RtDetr(model);
  }

  /** Labels, boxes and scores, as D-FINE and RT-DETR answer by themselves. */
  public static ModelFamily finished(ModelDescription model) {
    return new FinishedQueries(model);
  }

  /** Boxes and logits: RF-DETR and its like have a sigmoid for each class, DETR a softmax. */
  public static ModelFamily queries(ModelDescription model) {
    return model.postProcessing().type().equals("softmax")
        ? new SoftmaxQueries(model)
        : new RfDetrDetection(model);
  }

  /** Detectors of torchvision. */
  public static ModelFamily torchvision(ModelDescription model) {
    return new FoundObjects(model, FoundObjects.Form.TORCHVISION);
  }

  /** Detectors of MMDetection with the post-processing of MMDeploy. */
  public static ModelFamily mmdet(ModelDescription model) {
    return new FoundObjects(model, FoundObjects.Form.MMDET);
  }

  /** YOLOv7 with suppression inside. */
  public static ModelFamily numberedRows(ModelDescription model) {
    return new FoundObjects(model, FoundObjects.Form.NUMBERED);
  }
}
