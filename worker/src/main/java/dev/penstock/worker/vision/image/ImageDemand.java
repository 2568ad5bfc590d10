package dev.penstock.worker.vision.image;

/**
 * The memory that one image takes while it is worked on.
 *
 * @param bytes at most
 * @param declared whether the image's header says so; else it is a guess, far on the safe side
 */
public record ImageDemand(long bytes, boolean declared) {
  /** Of what is not decoded at all. */
  public static final ImageDemand NONE = new ImageDemand(0, true);
}
