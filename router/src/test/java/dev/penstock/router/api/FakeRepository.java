package dev.penstock.router.api;

import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.ColorMode;
import dev.penstock.model.ModelDescription.ForwardPass;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.PostProcessing;
import dev.penstock.model.ModelDescription.Preprocessing;
import dev.penstock.model.ModelDescription.ResizeMode;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelRepository;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Knows the detectors {@code coco/1} and {@code parts/7} and models of other tasks; refuses {@code
 * broken/1}.
 */
final class FakeRepository implements ModelRepository {
  private final Map<String, ModelPackage> models = new TreeMap<>();

  FakeRepository() {
    models.put("coco/1", model("coco/1"));
    models.put("parts/7", model("parts/7"));
    models.put("shapes/1", model("shapes/1", "instance-segmentation"));
    models.put("roads/1", model("roads/1", "semantic-segmentation"));
    models.put("tags/1", model("tags/1", "multi-label-classification"));
  }

  static ModelPackage model(String id) {
    return model(id, "object-detection");
  }

  static ModelPackage model(String id, String task) {
    return new ModelPackage(
        id,
        "digest-of-" + id,
        Path.of("models", id),
        List.of(),
        new ModelDescription(
            "yolov8",
            task,
            List.of("a", "b"),
            new NetworkInput(
                640, 640, 3, ColorMode.RGB, ResizeMode.LETTERBOX, 127, 255.0, null, false),
            new Preprocessing(null, false, null),
            new ForwardPass(null, null),
            new PostProcessing("nms", false)));
  }

  @Override
  public @Nullable ModelPackage find(String modelId) {
    return models.get(modelId);
  }

  @Override
  public @Nullable ModelPackage byDigest(String digest) {
    return models.values().stream()
        .filter(model -> model.digest().equals(digest))
        .findFirst()
        .orElse(null);
  }

  @Override
  public Collection<ModelPackage> all() {
    return models.values();
  }

  @Override
  public List<Refusal> refusals() {
    return List.of(new Refusal("broken/1", "it has no weights: add weights.onnx"));
  }
}
