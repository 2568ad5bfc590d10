package dev.penstock.worker.vision;

import java.util.List;

/**
 * One object that was found, with its key-points.
 *
 * @param detection its box
 * @param keypoints those that were seen, by id
 */
public record Posture(Detection detection, List<Keypoint> keypoints) {
  public Posture {
    keypoints = List.copyOf(keypoints);
  }
}
