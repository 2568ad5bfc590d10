package dev.penstock.worker.vision.file;

import org.jspecify.annotations.Nullable;

/**
 * The formats that are decoded, and no others: what OpenCV knows beyond them (JPEG 2000 and OpenEXR
 * by way of a file on the disk, VP8 without its container) is never handed to it.
 */
public enum PictureFormat {
  JPEG,
  PNG,
  WEBP,
  BMP,
  GIF,
  TIFF,
  /** PBM, PGM and PPM: P1 to P6. */
  NETPBM,
  /** P7, which becomes one of the others of its family before it is decoded. */
  PAM,
  /** Float maps: Pf and PF. */
  PFM,
  SUN_RASTER,
  /** Radiance's HDR. */
  RADIANCE;

  /** By the first bytes; null when it is none of these. */
  static @Nullable PictureFormat of(FileBytes in) {
    if (in.has(0, "\u00ff\u00d8\u00ff")) {
      return JPEG;
    } else if (in.has(0, PngFile.SIGNATURE)) {
      return PNG;
    } else if (in.has(0, "RIFF") && in.has(8, "WEBP")) {
      return WEBP;
    } else if (in.has(0, "BM")) {
      return BMP;
    } else if (in.has(0, "GIF87a") || in.has(0, "GIF89a")) {
      return GIF;
    } else if (TiffFile.starts(in)) {
      return TIFF;
    } else if (in.has(0, "Y\u00a6j\u0095")) {
      return SUN_RASTER;
    } else if (in.has(0, "#?RADIANCE") || in.has(0, "#?RGBE")) {
      return RADIANCE;
    }
    return netpbm(in);
  }

  private static @Nullable PictureFormat netpbm(FileBytes in) {
    if (in.size() < 3 || !in.has(0, "P") || !Character.isWhitespace(in.unsigned8(2))) {
      return null;
    }
    return switch (in.unsigned8(1)) {
      case '1', '2', '3', '4', '5', '6' -> NETPBM;
      case '7' -> PAM;
      case 'f', 'F' -> PFM;
      default -> null;
    };
  }
}
