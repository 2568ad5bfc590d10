package dev.penstock.worker.vision.family;

import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.yolo.YoloV8Detection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All families this version knows: one more is a class and a line of the table. */
public final class ModelFamilies {
  private static final String DETECTION = "object-detection";

  private static final List<Line> TABLE =
      List.of(
          new Line(
              Set.of("yolov8", "yolov9", "yolov11", "yolov12"),
              DETECTION,
              false,
              YoloV8Detection::new));

  private ModelFamilies() {}

  /** Architectures of one task whose outputs have one layout. */
  private record Line(
      Set<String> architectures,
      String task,
      boolean fused,
      Function<ModelDescription, ModelFamily> family) {
    boolean fits(ModelDescription model) {
      return architectures.contains(model.architecture())
          && task.equals(model.taskType())
          && fused == model.postProcessing().fused();
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
                        line.fused() ? " with fused post-processing" : "",
                        String.join(", ", line.architectures().stream().sorted().toList())))
        .collect(Collectors.joining("; "));
  }
}
