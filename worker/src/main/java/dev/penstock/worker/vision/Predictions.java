package dev.penstock.worker.vision;

import java.util.List;

/** What a model found in one picture; one kind for each task. */
public sealed interface Predictions {

  /**
   * Found objects.
   *
   * @param found highest confidence first
   */
  record Detections(List<Detection> found) implements Predictions {
    public Detections {
      found = List.copyOf(found);
    }
  }
}
