package dev.penstock.worker.vision.file;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtherFilesTest {
  /** The first bytes of each. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\\0\\0\\0\\x1cftypavif\\0\\0\\0\\0avifmif1 | This is an AVIF picture, which cannot be decoded here: send JPEG, PNG or WebP.",
        "\\0\\0\\0\\x1cftypmif1\\0\\0\\0\\0mif1avifmiaf | This is an AVIF picture, which cannot be decoded here: send JPEG, PNG or WebP.",
        "\\0\\0\\0\\x18ftypmif1\\0\\0\\0\\0mif1heic | This is a HEIF picture, which",
        "\\0\\0\\0\\x18ftypheic\\0\\0\\0\\0mif1heic | This is a HEIC picture, which",
        "\\0\\0\\0\\x0cjP  \\r\\n\\x87\\n | This is a JPEG 2000 picture, which",
        "\\xffO\\xffQ\\0/ | This is a JPEG 2000 picture, which",
        "\\xff\\n\\xfa\\x7f | This is a JPEG XL picture, which",
        "\\0\\0\\0\\x0cJXL \\r\\n\\x87\\n | This is a JPEG XL picture, which",
        "%PDF-1.7 | This is a PDF document and no picture: send JPEG, PNG or WebP.",
        "\\0\\0\\0\\x18ftypisom\\0\\0\\2\\0isom | This is a video or sound file (MP4 or QuickTime) and no picture",
        "PK\\3\\4\\x14\\0 | This is a ZIP archive and no picture",
        "<!DOCTYPE html><html> | This is an HTML page and no picture",
        "<?xml version='1.0'?><svg xmlns=''/> | This is an SVG drawing, which",
        "<svg/> | This is an SVG drawing, which",
        "8BPS\\0\\1 | This is a Photoshop file (PSD), which",
        "\\0\\0\\1\\0\\1\\0 | This is an icon (ICO), which",
        "v/1\\1\\2\\0 | This is an OpenEXR picture, which",
        "RIFF\\0\\0\\0\\0AVI LIST | This is a video (AVI) and no picture",
        "/9j/4AAQSkZJRgABAQ | This is base64 text, encoded once more, and no picture",
        "hello | Malformed base64 input image.",
        "<notes> | Malformed base64 input image.",
      })
  void is_named(String start, String sentence) {
    byte[] file = Arrays.copyOf(bytes(start), 600);

    assertThatThrownBy(() -> PictureFile.read(file))
        .isInstanceOf(UnusableFileException.class)
        .hasMessageStartingWith(sentence);
  }

  private static byte[] bytes(String escaped) {
    var text = new StringBuilder();
    for (int i = 0; i < escaped.length(); i++) {
      if (escaped.charAt(i) != '\\') {
        text.append(escaped.charAt(i));
        continue;
      }
      char kind = escaped.charAt(++i);
      if (kind == 'x') {
        text.append((char) Integer.parseInt(escaped.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        text.append(kind == 'n' ? '\n' : kind == 'r' ? '\r' : (char) (kind - '0'));
      }
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
