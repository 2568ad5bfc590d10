package dev.penstock.worker.vision.family;

import static dev.penstock.model.ModelDescription.ResizeMode.LETTERBOX;
import static dev.penstock.model.ModelDescription.ResizeMode.STRETCH;

import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.ResizeMode;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.classify.MultiLabelClassification;
import dev.penstock.worker.vision.classify.SingleLabelClassification;
import dev.penstock.worker.vision.yolo.YoloV8Detection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All families this version knows: one more is a class and a line of the table. */
public final class ModelFamilies {
  private static final String DETECTION = "object-detection";

  private static final String LABEL = "classification";
  private static final String LABELS = "multi-label-classification";
  private static final Set<String> YOLO_CLASSIFIERS = Set.of("yolov8", "yolov11", "yolo26");
  private static final Set<String> BACKBONES = Set.of("vit", "resnet");
  private static final int GREY = 127;

  private static final List<Line> TABLE =
      List.of(
          new Line(
              Set.of("yolov8", "yolov9", "yolov11", "yolov12"),
              DETECTION,
              false,
              YoloV8Detection::new),
          new Line(YOLO_CLASSIFIERS, LABEL, null, model -> label(model, LETTERBOX)),
          new Line(YOLO_CLASSIFIERS, LABELS, null, model -> labels(model, LETTERBOX)),
          new Line(BACKBONES, LABEL, null, model -> label(model, STRETCH)),
          new Line(BACKBONES, LABELS, null, model -> labels(model, STRETCH)));

  private ModelFamilies() {}

  private static ModelFamily label(ModelDescription model, ResizeMode mode) {
    return new SingleLabelClassification(model, model.input().insteadOfFitLongerEdge(mode, GREY));
  }

  private static ModelFamily labels(ModelDescription model, ResizeMode mode) {
    return new MultiLabelClassification(model, model.input().insteadOfFitLongerEdge(mode, GREY));
  }

  /**
   * Architectures of one task whose outputs have one layout.
   *
   * @param fused what the package must say of its post-processing; null where both is served
   */
  private record Line(
      Set<String> architectures,
      String task,
      @Nullable Boolean fused,
      Function<ModelDescription, ModelFamily> family) {
    boolean fits(ModelDescription model) {
      return architectures.contains(model.architecture())
          && task.equals(model.taskType())
          && (fused == null || fused == model.postProcessing().fused());
    }
  }

  /**
   * The family of a model.
   *
   * @throws UnsupportedModelException naming what this version does not know
   */
  public static ModelFamily of(ModelDescription model) throws UnsupportedModelException {
    for (Line line : TABLE) {
      if (line.fits(model)) {
        return line.family().apply(model);
      }
    }
    throw new UnsupportedModelException(
        "architecture '%s' with task '%s'%s is not supported by this version; it serves %s"
            .formatted(
                model.architecture(),
                model.taskType(),
                model.postProcessing().fused() ? " and fused post-processing" : "",
                served()));
  }

  private static String served() {
    return TABLE.stream()
        .map(
            line ->
                "%s%s of %s"
                    .formatted(
                        line.task(),
                        Boolean.TRUE.equals(line.fused()) ? " with fused post-processing" : "",
                        String.join(", ", line.architectures().stream().sorted().toList())))
        .collect(Collectors.joining("; "));
  }
}
