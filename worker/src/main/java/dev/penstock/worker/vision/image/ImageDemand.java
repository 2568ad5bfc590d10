package dev.penstock.worker.vision.image;

/**
 * The memory that one image takes while it is worked on.
 *
 * @param bytes at most
 */
public record ImageDemand(long bytes) {
  /** Of what is not decoded at all. */
  public static final ImageDemand NONE = new ImageDemand(0);
}
