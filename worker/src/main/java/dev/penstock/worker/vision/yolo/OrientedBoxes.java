package dev.penstock.worker.vision.yolo;

import dev.penstock.job.JobParameters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Turned boxes and the suppression of those that are too like a better one. Unlike with {@link
 * Boxes}, one that is suppressed itself still suppresses others, as Ultralytics does it.
 */
final class OrientedBoxes {
  /** As many as that tool looks at; beyond, the comparison of all pairs would take too long. */
  private static final int MOST = 3_000;

  private final List<OrientedBox> boxes = new ArrayList<>();

  /** One that is not finite is left out. */
  void add(OrientedBox box) {
    if (box.isFinite()) {
      boxes.add(box);
    }
  }

  /** All, highest score first. */
  List<OrientedBox> sorted() {
    return boxes.stream().sorted(Comparator.comparing(OrientedBox::score).reversed()).toList();
  }

  /** The boxes that no better one suppresses, highest score first. */
  List<OrientedBox> best(JobParameters parameters) {
    List<OrientedBox> candidates = sorted();
    candidates = candidates.subList(0, Math.min(MOST, candidates.size()));
    var kept = new ArrayList<OrientedBox>();
    for (int i = 0; i < candidates.size() && kept.size() < parameters.maxDetections(); i++) {
      if (!isSuppressed(candidates, i, parameters)) {
        kept.add(candidates.get(i));
      }
    }
    return kept;
  }

  private static boolean isSuppressed(
      List<OrientedBox> candidates, int which, JobParameters parameters) {
    OrientedBox box = candidates.get(which);
    for (int i = 0; i < which; i++) {
      OrientedBox better = candidates.get(i);
      boolean rivals = parameters.classAgnosticNms() || better.classId() == box.classId();
      if (rivals && better.likeness(box) > parameters.iouThreshold()) {
        return true;
      }
    }
    return false;
  }
}
