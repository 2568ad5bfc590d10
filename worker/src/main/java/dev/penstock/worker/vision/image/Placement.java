package dev.penstock.worker.vision.image;

/**
 * Where a picture lies in a network's input, to find the way back from its outputs.
 *
 * @param image size of the whole picture
 * @param cropLeft left edge in the picture of the part that was taken, in pixels
 * @param cropTop upper edge of that part
 * @param padLeft pixels of the network's input left of that part; negative when it begins outside
 * @param padTop pixels of the network's input above that part
 * @param scaleX width in the network's input by width in the picture
 * @param scaleY height in the network's input by height in the picture
 */
public record Placement(
    ImageSize image,
    int cropLeft,
    int cropTop,
    int padLeft,
    int padTop,
    double scaleX,
    double scaleY) {

  /** A horizontal coordinate of the network's input in the picture, clamped to it. */
  public float imageX(float networkX) {
    return clamp((networkX - padLeft) / (float) scaleX + cropLeft, image.width());
  }

  /** A vertical coordinate of the network's input in the picture, clamped to it. */
  public float imageY(float networkY) {
    return clamp((networkY - padTop) / (float) scaleY + cropTop, image.height());
  }

  private static float clamp(float value, int limit) {
    return Math.max(0, Math.min(limit, value));
  }
}
