package dev.penstock.router.api.image;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A URL or a part of one, taken apart as RFC 3986 says. Java's own {@code URI} knows no host with
 * an underscore or an umlaut and takes offence at characters that browsers and servers do not mind.
 *
 * @param scheme in lower case; null when there is none
 * @param authority as it stands; null when there is none
 * @param path as it stands
 * @param query without its question mark; null when there is none
 */
record UrlText(
    @Nullable String scheme, @Nullable String authority, String path, @Nullable String query) {
  /** RFC 3986, appendix B; the fragment is left where it is: no server is told. */
  private static final Pattern PARTS =
      Pattern.compile(
          "(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\\?([^#]*))?(?:#.*)?",
          Pattern.DOTALL);

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  /** What may stand in a path or query as it is, beside letters and digits. */
  private static final String HARMLESS = "-._~:/?@!$&'()*+,;=";

  static UrlText of(String text) {
    Matcher parts = PARTS.matcher(trimmed(text));
    if (!parts.matches()) {
      throw new IllegalStateException("everything matches, if only as a path");
    }
    String scheme = parts.group(1);
    return new UrlText(
        scheme == null ? null : scheme.toLowerCase(Locale.ROOT),
        parts.group(2),
        parts.group(3),
        parts.group(4));
  }

  /** What a reference means that stands at this URL. */
  UrlText resolve(UrlText reference) {
    if (reference.scheme != null) {
      return reference;
    }
    if (reference.authority != null) {
      return new UrlText(scheme, reference.authority, reference.path, reference.query);
    }
    if (reference.path.isEmpty()) {
      return new UrlText(
          scheme, authority, path, reference.query == null ? query : reference.query);
    }
    String merged =
        reference.path.startsWith("/")
            ? reference.path
            : "/"
                + path.substring(path.startsWith("/") ? 1 : 0, path.lastIndexOf('/') + 1)
                + reference.path;
    return new UrlText(scheme, authority, merged, reference.query);
  }

  /** Path and query as they stand in a request line. */
  String target() {
    String whole = encoded(withoutDots(path));
    return (whole.isEmpty() ? "/" : whole) + (query == null ? "" : "?" + encoded(query));
  }

  /** Blanks and line ends around it, as copying leaves them. */
  private static String trimmed(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && text.charAt(start) <= ' ') {
      start++;
    }
    while (end > start && text.charAt(end - 1) <= ' ') {
      end--;
    }
    return text.substring(start, end);
  }

  private static String withoutDots(String path) {
    if (!path.contains("/.")) {
      return path;
    }
    List<String> kept = new ArrayList<>();
    String[] segments = path.split("/", -1);
    for (int i = 1; i < segments.length; i++) {
      boolean up = segments[i].equals("..");
      if (up && !kept.isEmpty()) {
        kept.remove(kept.size() - 1);
      }
      if (!up && !segments[i].equals(".")) {
        kept.add(segments[i]);
      } else if (i == segments.length - 1) {
        kept.add("");
      }
    }
    return "/" + String.join("/", kept);
  }

  /** What clients forgot to write as a percent and two digits is written so. */
  private static String encoded(String text) {
    var encoded = new StringBuilder(text.length());
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      char c = (char) (bytes[i] & 0xff);
      if (isLetterOrDigit(c) || HARMLESS.indexOf(c) >= 0 || (c == '%' && isEncoded(bytes, i))) {
        encoded.append(c);
      } else {
        encoded.append('%').append(HEX.toHexDigits(bytes[i]));
      }
    }
    return encoded.toString();
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static boolean isEncoded(byte[] bytes, int percent) {
    return percent + 2 < bytes.length
        && HexFormat.isHexDigit(bytes[percent + 1])
        && HexFormat.isHexDigit(bytes[percent + 2]);
  }
}
