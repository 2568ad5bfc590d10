package dev.penstock.model.layout;

import dev.penstock.model.PackageException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of architectures in the older cache ({@code yolov8n-seg}, {@code rfdetr-base}) and in
 * packages ({@code yolov8}, {@code rfdetr}).
 */
final class CachedArchitectures {
  /** {@code yolov8n}, {@code yolov5v6s}, {@code yolo11m-pose}. */
  private static final Pattern YOLO = Pattern.compile("yolo[-_]?v?([0-9]+).*");

  /** What the reference server takes for a model whose type the platform does not name. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "object-detection", "yolov5",
          "classification", "vit",
          "multi-label-classification", "vit",
          "keypoint-detection", "yolov8");

  private CachedArchitectures() {}

  /**
   * @param modelType as {@code model_type.json} has it, may be empty
   * @throws PackageException when nothing is known of it
   */
  static String of(String modelType, String task) throws PackageException {
    if (modelType.isEmpty() && DEFAULTS.containsKey(task)) {
      return DEFAULTS.get(task);
    }
    String plain = modelType.replaceAll("[-_]", "");
    Matcher yolo = YOLO.matcher(modelType);
    if (yolo.matches()) {
      String number = yolo.group(1);
      return number.equals("26") ? "yolo26" : "yolov" + number;
    }
    for (String known : new String[] {"yolonas", "yololite", "rfdetr", "vit", "resnet"}) {
      if (plain.startsWith(known)) {
        return known;
      }
    }
    if (plain.startsWith("deeplabv3plus")) {
      return "deep-lab-v3-plus";
    }
    throw new PackageException(
        "%s: model_type '%s' for task '%s' is not known: describe the model with model_config.json"
                .formatted(CacheLayout.MODEL_TYPE, modelType, task)
            + " and inference_config.json instead");
  }
}
