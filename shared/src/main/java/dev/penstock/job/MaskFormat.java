package dev.penstock.job;

/** How the outline of a segmented object is written down. */
public enum MaskFormat {
  /** A polygon in pixels of the picture. */
  POLYGON,
  /** As {@link #POLYGON}, and oriented boxes have their corners beside the upright box. */
  CORNERS,
  /** Run lengths of the whole mask in the compressed form of COCO. */
  RLE
}
