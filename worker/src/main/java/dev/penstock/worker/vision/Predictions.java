package dev.penstock.worker.vision;

import dev.penstock.worker.vision.image.ImageSize;
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

  /**
   * The class of a picture.
   *
   * @param found classes over the threshold, highest confidence first
   */
  record Label(List<ClassScore> found) implements Predictions {
    public Label {
      found = List.copyOf(found);
    }
  }

  /**
   * All classes that a picture shows.
   *
   * @param all every class, by class id
   * @param predicted names of those over the threshold
   */
  record Labels(List<ClassScore> all, List<String> predicted) implements Predictions {
    public Labels {
      all = List.copyOf(all);
      predicted = List.copyOf(predicted);
    }
  }

  /**
   * A class for each pixel.
   *
   * @param size of the picture, in pixels
   * @param classIds {@code [height, width]}, below 256
   * @param confidences {@code [height, width]}, 0 to 255 for 0 to 1
   * @param classNames by class id
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record ClassMap(ImageSize size, byte[] classIds, byte[] confidences, List<String> classNames)
      implements Predictions {
    public ClassMap {
      classNames = List.copyOf(classNames);
    }
  }
}
