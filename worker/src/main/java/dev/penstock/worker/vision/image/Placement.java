package dev.penstock.worker.vision.image;

/**
 * Where a picture lies in a network's input, to find the way back from its outputs.
 *
 * @param image size of the whole picture
 * @param part what was taken of it
 * @param network size of the network's input
 * @param padding pixels of the network's input around that part; negative where it is cut off
 * @param scaleX width in the network's input by width in the picture
 * @param scaleY height in the network's input by height in the picture
 */
public record Placement(
    ImageSize image, Part part, ImageSize network, Padding padding, double scaleX, double scaleY) {

  /**
   * A part of a picture, in its pixels.
   *
   * @param left first column
   * @param top first row
   * @param size of the part
   */
  public record Part(int left, int top, ImageSize size) {}

  /**
   * What surrounds a picture, in pixels.
   *
   * @param left columns before it
   * @param top rows above it
   * @param right columns after it
   * @param bottom rows below it
   */
  public record Padding(int left, int top, int right, int bottom) {
    public static final Padding NONE = new Padding(0, 0, 0, 0);
  }

  /** The whole picture, stretched to the size of the network's input. */
  public static Placement stretched(ImageSize image, ImageSize network) {
    return new Placement(
        image,
        new Part(0, 0, image),
        network,
        Padding.NONE,
        (double) network.width() / image.width(),
        (double) network.height() / image.height());
  }

  /** A horizontal coordinate of the network's input in the picture, which it may lie outside of. */
  public float freeX(float networkX) {
    return (networkX - padding.left()) / (float) scaleX + part.left();
  }

  /** A vertical coordinate of the network's input in the picture, which it may lie outside of. */
  public float freeY(float networkY) {
    return (networkY - padding.top()) / (float) scaleY + part.top();
  }

  /** A horizontal coordinate of the network's input in the picture, clamped to it. */
  public float imageX(float networkX) {
    return clamp(freeX(networkX), image.width());
  }

  /** A vertical coordinate of the network's input in the picture, clamped to it. */
  public float imageY(float networkY) {
    return clamp(freeY(networkY), image.height());
  }

  private static float clamp(float value, int limit) {
    return Math.max(0, Math.min(limit, value));
  }
}
