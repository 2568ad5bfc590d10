package dev.penstock.worker.vision;

/** What an object covers of a picture. */
public sealed interface Outline {
  /**
   * A closed line through the outermost pixels of an object.
   *
   * @param x columns of its corners
   * @param y rows of its corners
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Polygon(int[] x, int[] y) implements Outline {}

  /**
   * Every pixel, as run lengths.
   *
   * @param height of the picture
   * @param width of the picture
   * @param counts in the compressed form of COCO
   */
  record RunLengths(int height, int width, String counts) implements Outline {}
}
