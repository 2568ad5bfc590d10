package dev.penstock.model.layout;

import dev.penstock.config.PlainWords;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.ColorMode;
import dev.penstock.model.ModelDescription.Contrast;
import dev.penstock.model.ModelDescription.DatasetSize;
import dev.penstock.model.ModelDescription.ForwardPass;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.Normalization;
import dev.penstock.model.ModelDescription.PostProcessing;
import dev.penstock.model.ModelDescription.Preprocessing;
import dev.penstock.model.ModelDescription.ResizeMode;
import dev.penstock.model.ModelDescription.StaticCrop;
import dev.penstock.model.PackageException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the configuration files of a package in the layout of the reference server. */
final class DescriptionParser {
  private static final String CLASS_REMOVAL = "class_name_removal";

  private DescriptionParser() {}

  /**
   * @param modelConfig content of {@code model_config.json}
   * @param inferenceConfig content of {@code inference_config.json}
   * @param classNames content of {@code class_names.txt}, one name per line
   * @param keypoints content of {@code keypoints_metadata.json}, or null when there is none
   * @throws PackageException when a member is missing, wrong or beyond this version
   */
  static ModelDescription parse(
      String modelConfig, String inferenceConfig, String classNames, @Nullable String keypoints)
      throws PackageException {
    JsonSection model = document(PackageSource.MODEL_CONFIG, modelConfig);
    JsonSection inference = document(PackageSource.INFERENCE_CONFIG, inferenceConfig);
    String backend = model.text("backend_type", "onnx");
    if (!backend.equals("onnx")) {
      throw new PackageException(
          "%s: backend_type '%s' cannot run here: export the model to ONNX"
              .formatted(PackageSource.MODEL_CONFIG, backend));
    }
    return new ModelDescription(
        model.text("model_architecture"),
        model.text("task_type"),
        lines(classNames),
        input(inference.section("network_input")),
        preprocessing(inference.section("image_pre_processing")),
        forwardPass(inference.section("forward_pass"), model),
        postProcessing(inference),
        KeypointsParser.of(model.text("task_type"), keypoints));
  }

  static JsonSection document(String file, String content) throws PackageException {
    try {
      return new JsonSection(file + ":", new JsonObject(content));
    } catch (DecodeException e) {
      throw new PackageException(file + " is not a JSON object: " + PlainWords.of(e), e);
    }
  }

  /** Class names, one a line; empty lines at the end are none. */
  static List<String> lines(String text) {
    var names = new ArrayList<>(text.lines().map(String::strip).toList());
    while (!names.isEmpty() && names.get(names.size() - 1).isEmpty()) {
      names.remove(names.size() - 1);
    }
    return names;
  }

  private static NetworkInput input(JsonSection input) throws PackageException {
    JsonSection size = input.section("training_input_size");
    int channels = input.integer("input_channels", 1);
    if (channels != 1 && channels != 3) {
      throw input.wrong("input_channels", "1 or 3", channels);
    }
    Double scaling = input.number("scaling_factor");
    if (scaling != null && scaling == 0) {
      throw input.wrong("scaling_factor", "a number other than 0", scaling);
    }
    return new NetworkInput(
        size.integer("width", 1),
        size.integer("height", 1),
        channels,
        choice(input, "color_mode", ColorMode.values()),
        choice(input, "resize_mode", ResizeMode.values()),
        input.has("padding_value") ? input.integer("padding_value", 0) : 0,
        scaling,
        normalization(input, channels),
        input.flag("dynamic_spatial_size_supported"),
        datasetSize(input.section("dataset_version_resize_dimensions")));
  }

  private static @Nullable DatasetSize datasetSize(JsonSection size) throws PackageException {
    return size.has("width") || size.has("height")
        ? new DatasetSize(size.integer("width", 1), size.integer("height", 1))
        : null;
  }

  static @Nullable Normalization normalization(JsonSection input, int channels)
      throws PackageException {
    List<List<Double>> rows = input.matrix("normalization");
    if (rows == null) {
      return null;
    }
    boolean fits =
        rows.size() == 2
            && rows.stream().allMatch(row -> row.size() == channels)
            && rows.get(1).stream().noneMatch(deviation -> deviation == 0);
    if (!fits) {
      throw input.wrong(
          "normalization", "[means, deviations] with one number for each channel", rows);
    }
    return new Normalization(rows.get(0), rows.get(1));
  }

  /** The steps before the resize, which both layouts of packages write alike. */
  static Preprocessing preprocessing(JsonSection steps) throws PackageException {
    JsonSection contrast = steps.section("contrast");
    JsonSection crop = steps.section("static-crop");
    return new Preprocessing(
        crop.flag("enabled") ? staticCrop(crop) : null,
        steps.section("grayscale").flag("enabled"),
        contrast.flag("enabled") ? contrast(contrast) : null);
  }

  private static StaticCrop staticCrop(JsonSection crop) throws PackageException {
    var percent =
        new StaticCrop(
            crop.integer("x_min", 0),
            crop.integer("x_max", 0),
            crop.integer("y_min", 0),
            crop.integer("y_max", 0));
    if (percent.xMin() >= percent.xMax() || percent.xMax() > 100) {
      throw crop.wrong("x_max", "a percentage above x_min, at most 100", percent.xMax());
    }
    if (percent.yMin() >= percent.yMax() || percent.yMax() > 100) {
      throw crop.wrong("y_max", "a percentage above y_min, at most 100", percent.yMax());
    }
    return percent;
  }

  private static Contrast contrast(JsonSection contrast) throws PackageException {
    String label = contrast.text("type");
    for (Contrast known : Contrast.values()) {
      if (known.label().equals(label)) {
        return known;
      }
    }
    throw contrast.wrong(
        "type", "one of " + Arrays.stream(Contrast.values()).map(Contrast::label).toList(), label);
  }

  private static ForwardPass forwardPass(JsonSection pass, JsonSection model)
      throws PackageException {
    Integer fixed = pass.optionalInteger("static_batch_size", 1);
    return new ForwardPass(
        fixed != null ? fixed : model.optionalInteger("static_batch_size", 1),
        pass.optionalInteger("max_dynamic_batch_size", 1));
  }

  private static PostProcessing postProcessing(JsonSection inference) throws PackageException {
    JsonSection post = inference.section("post_processing");
    var removed = new LinkedHashSet<String>();
    for (JsonSection operation : inference.sections("class_names_operations")) {
      String type = operation.text("type");
      if (!type.equals(CLASS_REMOVAL)) {
        throw operation.wrong("type", "'" + CLASS_REMOVAL + "'", type);
      }
      removed.add(operation.text("class_name"));
    }
    return new PostProcessing(post.text("type", ""), post.flag("fused"), removed);
  }

  /** Packages write {@code fit-longer-edge} for {@code FIT_LONGER_EDGE}. */
  static <E extends Enum<E>> E choice(JsonSection section, String name, E[] choices)
      throws PackageException {
    String label = section.text(name);
    for (E choice : choices) {
      if (labelOf(choice).equals(label)) {
        return choice;
      }
    }
    throw section.wrong(
        name, "one of " + Arrays.stream(choices).map(DescriptionParser::labelOf).toList(), label);
  }

  private static String labelOf(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
