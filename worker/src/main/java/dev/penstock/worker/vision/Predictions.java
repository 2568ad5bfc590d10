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

  /**
   * Found objects with their shapes.
   *
   * @param found highest confidence first
   */
  record Segments(List<Segment> found) implements Predictions {
    public Segments {
      found = List.copyOf(found);
    }
  }

  /**
   * Found objects with their key-points.
   *
   * @param found highest confidence first
   */
  record Postures(List<Posture> found) implements Predictions {
    public Postures {
      found = List.copyOf(found);
    }
  }
}
