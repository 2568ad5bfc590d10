package dev.penstock.job;

/** A preprocessing step that a request may switch off for itself ({@code disable_preproc_*}). */
public enum PreprocessStep {
  AUTO_ORIENT,
  CONTRAST,
  GRAYSCALE,
  STATIC_CROP
}
