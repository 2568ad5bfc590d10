package dev.penstock.model;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Other names of models. A package that is itself called so comes first. */
public record ModelAliases(Map<String, String> targets) {
  /** Those that the hosted API publishes; they mean nothing where their models are not served. */
  public static final ModelAliases HOSTED =
      new ModelAliases(
          Map.ofEntries(
              Map.entry("yolov8n-640", "coco/3"),
              Map.entry("yolov8s-640", "coco/6"),
              Map.entry("yolov8m-640", "coco/8"),
              Map.entry("yolov8l-640", "coco/7"),
              Map.entry("yolov8x-640", "coco/5"),
              Map.entry("yolov8n-1280", "coco/9"),
              Map.entry("yolov8m-1280", "coco/11"),
              Map.entry("yolov8x-1280", "coco/13"),
              Map.entry("yolov11n-640", "coco/25"),
              Map.entry("rfdetr-base", "coco/36"),
              Map.entry("rfdetr-nano", "coco/38"),
              Map.entry("rfdetr-small", "coco/39"),
              Map.entry("rfdetr-medium", "coco/40"),
              Map.entry("rfdetr-large", "coco/50"),
              Map.entry("resnet18", "classifiers/1")));

  public ModelAliases {
    targets = Map.copyOf(targets);
  }

  /** These with others, which come first. */
  public ModelAliases with(Map<String, String> others) {
    var all = new HashMap<>(targets);
    all.putAll(others);
    return new ModelAliases(all);
  }

  /** The canonical id that an id stands for, or null. */
  @Nullable String target(String modelId) {
    String target = targets.get(modelId);
    return target == null ? null : ModelIds.canonical(target);
  }
}
