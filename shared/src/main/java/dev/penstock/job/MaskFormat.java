package dev.penstock.job;

/** How the outline of a segmented object is written down. */
public enum MaskFormat {
  /** A polygon in pixels of the picture. */
  POLYGON,
  /** Run lengths of the whole mask in the compressed form of COCO. */
  RLE
}
