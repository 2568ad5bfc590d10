package dev.penstock.worker.vision.file;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Names what people send instead of a picture, or as a picture that is not decoded here. */
final class OtherFiles {
  private static final String PICTURE =
      "This is %s, which cannot be decoded here: send JPEG, PNG or WebP.";
  private static final String NO_PICTURE = "This is %s and no picture: send JPEG, PNG or WebP.";

  private static final int SEARCHED = 1024;

  /**
   * @param at where the sign stands
   * @param sign in Latin-1
   */
  private record Kind(int at, String sign, String name, boolean picture) {
    String sentence() {
      return (picture ? PICTURE : NO_PICTURE).formatted(name);
    }
  }

  private static Kind picture(int at, String sign, String name) {
    return new Kind(at, sign, name, /* picture= */ true);
  }

  private static Kind other(int at, String sign, String name) {
    return new Kind(at, sign, name, /* picture= */ false);
  }

  private static final List<Kind> KINDS =
      List.of(
          picture(4, "ftypavif", "an AVIF picture"),
          picture(4, "ftypavis", "an AVIF picture"),
          picture(4, "ftypheic", "a HEIC picture"),
          picture(4, "ftypheix", "a HEIC picture"),
          picture(4, "ftypheim", "a HEIC picture"),
          picture(4, "ftypheis", "a HEIC picture"),
          picture(4, "ftyphevc", "a HEIC picture"),
          picture(4, "ftyphevx", "a HEIC picture"),
          picture(4, "ftypmif1", "a HEIF picture"),
          picture(4, "ftypmsf1", "a HEIF picture"),
          picture(4, "ftypcrx ", "a camera's raw picture"),
          other(4, "ftyp", "a video or sound file (MP4 or QuickTime)"),
          other(4, "moov", "a video (QuickTime)"),
          picture(0, "\0\0\0\fjP  ", "a JPEG 2000 picture"),
          picture(0, "\u00ffO\u00ffQ", "a JPEG 2000 picture"),
          picture(0, "\0\0\0\fJXL ", "a JPEG XL picture"),
          picture(0, "\u00ff\n", "a JPEG XL picture"),
          picture(0, "II\u00bc", "a JPEG XR picture"),
          picture(0, "8BPS", "a Photoshop file (PSD)"),
          picture(0, "\0\0\1\0", "an icon (ICO)"),
          picture(0, "\0\0\2\0", "a cursor (CUR)"),
          picture(0, "v/1\1", "an OpenEXR picture"),
          picture(0, "qoif", "a QOI picture"),
          picture(0, "DDS ", "a DDS texture"),
          picture(0, "gimp xcf", "a GIMP file (XCF)"),
          picture(0, "FUJIFILMCCD-RAW", "a camera's raw picture"),
          picture(0, "IIU\0", "a camera's raw picture"),
          picture(0, "IIRO", "a camera's raw picture"),
          picture(0, "SIMPLE  =", "a FITS picture"),
          picture(128, "DICM", "a DICOM file"),
          other(0, "%PDF", "a PDF document"),
          other(0, "%!PS", "a PostScript document"),
          other(0, "PK\3\4", "a ZIP archive"),
          other(0, "\u001f\u008b", "a gzip archive"),
          other(0, "7z\u00bc\u00af", "a 7z archive"),
          other(0, "Rar!", "a RAR archive"),
          other(0, "(\u00b5/\u00fd", "a Zstandard archive"),
          other(257, "ustar", "a tar archive"),
          other(0, "\u001aE\u00df\u00a3", "a video (Matroska or WebM)"),
          other(8, "AVI LIST", "a video (AVI)"),
          other(8, "WAVEfmt", "a sound file (WAV)"),
          other(0, "OggS", "a video or sound file (Ogg)"),
          other(0, "FLV", "a video (Flash)"),
          other(0, "ID3", "a sound file (MP3)"),
          other(0, "\0\0\1\u00ba", "a video (MPEG)"),
          other(0, "\0\0\1\u00b3", "a video (MPEG)"),
          other(0, "\u0093NUMPY", "a NumPy array"),
          other(0, "{\\rtf", "a text document (RTF)"),
          other(0, "/9j/", "base64 text, encoded once more,"),
          other(0, "iVBORw0KGgo", "base64 text, encoded once more,"),
          other(0, "data:image/", "a data URI, encoded once more,"));

  private OtherFiles() {}

  /** A sentence for the client, or null when nobody knows it. */
  static @Nullable String refusal(FileBytes in) {
    for (Kind kind : KINDS) {
      if (in.has(kind.at(), kind.sign())) {
        return kind.name().equals("a HEIF picture") && brands(in).contains("avif")
            ? PICTURE.formatted("an AVIF picture")
            : kind.sentence();
      }
    }
    return markup(in);
  }

  static String raw() {
    return PICTURE.formatted("a camera's raw picture (DNG or CR2)");
  }

  private static String brands(FileBytes in) {
    return in.text(0, (int) Math.min(Math.min(in.size(), 256), in.unsigned32(0)));
  }

  private static @Nullable String markup(FileBytes in) {
    String start =
        in.text(0, Math.min(in.size(), SEARCHED))
            .replaceFirst("^\u00ef\u00bb\u00bf", "")
            .stripLeading()
            .toLowerCase(Locale.ROOT);
    if (!start.startsWith("<")) {
      return null;
    } else if (start.contains("<svg")) {
      return PICTURE.formatted("an SVG drawing");
    } else if (start.startsWith("<!doctype html") || start.contains("<html")) {
      return NO_PICTURE.formatted("an HTML page");
    }
    return start.startsWith("<?xml") ? NO_PICTURE.formatted("an XML document") : null;
  }
}
