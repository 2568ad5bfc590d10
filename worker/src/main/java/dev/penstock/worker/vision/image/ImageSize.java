package dev.penstock.worker.vision.image;

/**
 * Width and height of an image.
 *
 * @param width in pixels
 * @param height in pixels
 */
public record ImageSize(int width, int height) {
  /** The size after a turn by a quarter. */
  ImageSize turned() {
    return new ImageSize(/* width= */ height, /* height= */ width);
  }

  public long pixels() {
    return (long) width * height;
  }
}
