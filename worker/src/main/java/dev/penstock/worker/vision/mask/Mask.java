package dev.penstock.worker.vision.mask;

import dev.penstock.worker.vision.image.ImageSize;

/**
 * What an object covers of a picture: the pixels of a part of it, the rest being uncovered.
 *
 * @param image size of the picture
 * @param left first column of the part
 * @param top first row of the part
 * @param width of the part
 * @param height of the part
 * @param covered {@code [height, width]}, 1 or 0
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Mask(ImageSize image, int left, int top, int width, int height, byte[] covered) {
  public boolean isEmpty() {
    for (byte pixel : covered) {
      if (pixel != 0) {
        return false;
      }
    }
    return true;
  }
}
