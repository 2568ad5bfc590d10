package dev.penstock.model;

import java.util.List;

/**
 * What the files beside the weights say of a model.
 *
 * @param architecture family of the network as the package names it, for example {@code yolov8}
 * @param taskType the task as the hosted API names it, for example {@code object-detection}
 * @param classNames class names by class id
 */
public record ModelDescription(String architecture, String taskType, List<String> classNames) {
  public ModelDescription {
    classNames = List.copyOf(classNames);
  }
}
