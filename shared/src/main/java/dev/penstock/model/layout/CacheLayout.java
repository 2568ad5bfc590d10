package dev.penstock.model.layout;

import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.ColorMode;
import dev.penstock.model.ModelDescription.ForwardPass;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.Normalization;
import dev.penstock.model.ModelDescription.PostProcessing;
import dev.penstock.model.ModelDescription.ResizeMode;
import dev.penstock.model.PackageException;
import dev.penstock.model.export.OnnxExport;
import dev.penstock.model.onnx.OnnxSignature;
import dev.penstock.model.onnx.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Describes a model in the layout of the reference server's older cache: {@code environment.json},
 * {@code model_type.json}, {@code class_names.txt}. What that layout leaves to the code of each
 * architecture is taken from the packages that replaced it.
 */
final class CacheLayout {
  static final String ENVIRONMENT = "environment.json";
  static final String MODEL_TYPE = "model_type.json";
  private static final double PIXEL_SCALE = 255;
  private static final int FINISHED_DETECTION = 6;

  /** How the platform names the ways to resize, with what fills the rest. */
  private static final Map<String, Resize> RESIZES =
      Map.of(
          "Stretch to", new Resize(ResizeMode.STRETCH, 0),
          "Fit (black edges) in", new Resize(ResizeMode.LETTERBOX, 0),
          "Fit (white edges) in", new Resize(ResizeMode.LETTERBOX, 255),
          "Fit (grey edges) in", new Resize(ResizeMode.LETTERBOX, 127),
          "Fit (reflect edges) in", new Resize(ResizeMode.LETTERBOX_REFLECT_EDGES, 0),
          "Fit within", new Resize(ResizeMode.FIT_LONGER_EDGE, 0),
          "Fill (with center crop) in", new Resize(ResizeMode.CENTER_CROP, 0));

  private static final Normalization IMAGENET =
      new Normalization(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));
  private static final Normalization HALF =
      new Normalization(List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));

  private record Resize(ResizeMode mode, int padding) {}

  private final JsonSection environment;
  private final JsonSection preprocessing;
  private final OnnxSignature signature;

  private CacheLayout(JsonSection environment, OnnxSignature signature) throws PackageException {
    this.environment = environment;
    this.preprocessing = environment.embedded("PREPROCESSING");
    this.signature = signature;
  }

  /**
   * @param environment content of {@code environment.json}
   * @param modelType content of {@code model_type.json}, null when it is not there
   * @param classNames content of {@code class_names.txt}, null when it is not there
   * @param keypoints content of {@code keypoints_metadata.json}, null when it is not there
   * @param signature of the weights: they know the size of their input best
   * @throws PackageException when something is missing or beyond this version
   */
  static ModelDescription describe(
      String environment,
      @Nullable String modelType,
      @Nullable String classNames,
      @Nullable String keypoints,
      OnnxSignature signature)
      throws PackageException {
    var layout = new CacheLayout(DescriptionParser.document(ENVIRONMENT, environment), signature);
    JsonSection type = DescriptionParser.document(MODEL_TYPE, modelType == null ? "{}" : modelType);
    String task = layout.task(type);
    String architecture = CachedArchitectures.of(type.text("model_type", ""), task);
    TensorSpec input = signature.inputs().get(0);
    return new ModelDescription(
        architecture,
        task,
        classNames == null ? layout.classMap() : DescriptionParser.lines(classNames),
        layout.input(architecture, input),
        DescriptionParser.preprocessing(layout.preprocessing),
        new ForwardPass(OnnxExport.staticBatch(input), null),
        layout.postProcessing(architecture, task),
        KeypointsParser.of(task, keypoints));
  }

  private String task(JsonSection type) throws PackageException {
    String task = type.text("project_task_type", "object-detection");
    boolean several = task.equals("classification") && environment.flag("MULTICLASS");
    return several ? "multi-label-classification" : task;
  }

  private List<String> classMap() throws PackageException {
    var byId = new TreeMap<Integer, String>();
    JsonSection map = environment.section("CLASS_MAP");
    for (String id : map.names()) {
      try {
        byId.put(Integer.parseInt(id), map.text(id));
      } catch (NumberFormatException e) {
        throw new PackageException(
            ENVIRONMENT + ": CLASS_MAP must have class ids as keys, not " + id, e);
      }
    }
    if (byId.isEmpty()) {
      throw new PackageException(
          "there are no class names: add class_names.txt, or CLASS_MAP in " + ENVIRONMENT);
    }
    return List.copyOf(byId.values());
  }

  private NetworkInput input(String architecture, TensorSpec input) throws PackageException {
    Resize resize = resize();
    return new NetworkInput(
        side(input, 3, "width"),
        side(input, 2, "height"),
        input.side(1) == 1 ? 1 : 3,
        ColorMode.RGB,
        resize.mode,
        resize.padding,
        PIXEL_SCALE,
        normalization(architecture),
        input.side(2) < 0 || input.side(3) < 0);
  }

  private Resize resize() throws PackageException {
    JsonSection resize = preprocessing.section("resize");
    String format = resize.text("format", "Stretch to");
    Resize known = RESIZES.get(format);
    if (known == null) {
      throw resize.wrong("format", "one of " + RESIZES.keySet().stream().sorted().toList(), format);
    }
    return known;
  }

  private int side(TensorSpec input, int axis, String name) throws PackageException {
    return input.side(axis) > 0
        ? OnnxExport.side(input, axis)
        : preprocessing.section("resize").integer(name, 1);
  }

  private static @Nullable Normalization normalization(String architecture) {
    return switch (architecture) {
      case "vit" -> HALF;
      case "resnet", "rfdetr" -> IMAGENET;
      default -> null;
    };
  }

  private PostProcessing postProcessing(String architecture, String task) {
    return switch (task) {
      case "classification" -> new PostProcessing("softmax", architecture.startsWith("yolo"));
      case "multi-label-classification" -> new PostProcessing("sigmoid", false);
      case "semantic-segmentation" -> new PostProcessing("softmax", false);
      default ->
          new PostProcessing(
              "nms",
              architecture.equals("yolo26")
                  || signature.outputs().get(0).side(2) == FINISHED_DETECTION);
    };
  }
}
