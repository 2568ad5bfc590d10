package dev.penstock.worker.vision;

import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.ColorMode;
import dev.penstock.model.ModelDescription.ForwardPass;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.PostProcessing;
import dev.penstock.model.ModelDescription.Preprocessing;
import dev.penstock.model.ModelDescription.ResizeMode;
import java.util.List;

/** Descriptions of models for tests. */
public final class Descriptions {
  public static final Preprocessing NO_STEPS = new Preprocessing(null, false, null);

  private Descriptions() {}

  /** Red, green, blue without scaling, so that tensors hold the values of pixels. */
  public static NetworkInput input(int width, int height, ResizeMode mode) {
    return new NetworkInput(width, height, 3, ColorMode.RGB, mode, 9, null, null, false);
  }

  public static ModelDescription detector(String... classNames) {
    return model("yolov8", "object-detection", false, List.of(classNames));
  }

  public static ModelDescription model(
      String architecture, String task, boolean fused, List<String> classNames) {
    return new ModelDescription(
        architecture,
        task,
        classNames,
        input(32, 32, ResizeMode.LETTERBOX),
        NO_STEPS,
        new ForwardPass(null, 4),
        new PostProcessing("nms", fused));
  }
}
