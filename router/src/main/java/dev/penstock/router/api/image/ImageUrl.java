package dev.penstock.router.api.image;

import dev.penstock.config.RouterConfig.ImageUrls;
import dev.penstock.router.api.exchange.ApiException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A URL that the policy allows to be looked up.
 *
 * @param uri absolute, with a host
 */
record ImageUrl(URI uri) {
  private static final Pattern QUALIFIED_NAME =
      Pattern.compile("([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z0-9-]*[a-z][a-z0-9-]*\\.?");

  /** What common servers and proxies still take; beyond it, it is no URL but a mistake. */
  private static final int LONGEST = 8 * 1024;

  /** Of a name in RFC 1035, with the dot at its end. */
  private static final int LONGEST_HOST = 254;

  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final String HARMLESS = "-._~:/?#[]@!$&'()*+,;=%";

  /**
   * Checks what a client gave.
   *
   * @throws ApiException with status 400 and the rule it breaks
   */
  static ImageUrl of(String text, ImageUrls policy) {
    if (!policy.enabled()) {
      throw ApiException.badImage(
          "Providing images via URL is not supported in this configuration of `inference`.");
    }
    return of(parse(text), policy);
  }

  /** Where a redirect leads, checked by the same rules. */
  ImageUrl redirected(String location, ImageUrls policy) {
    return of(uri.resolve(parse(location)), policy);
  }

  boolean secure() {
    return "https".equals(scheme(uri));
  }

  int port() {
    return uri.getPort() > 0 ? uri.getPort() : secure() ? 443 : 80;
  }

  /** Path and query as they stand in a request line. */
  String target() {
    String path = uri.getRawPath();
    String query = uri.getRawQuery();
    return (path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
  }

  private static ImageUrl of(URI uri, ImageUrls policy) {
    String scheme = scheme(uri);
    if (!scheme.equals("https") && !(policy.allowHttp() && scheme.equals("http"))) {
      throw ApiException.badImage(
          "Providing images via non https:// URL is not supported in this configuration of"
              + " `inference`.");
    }
    if (uri.getHost() == null
        || uri.getHost().length() > LONGEST_HOST
        || uri.getRawUserInfo() != null) {
      throw invalid();
    }
    if (!policy.allowPrivate()
        && !QUALIFIED_NAME.matcher(uri.getHost().toLowerCase(Locale.ROOT)).matches()) {
      throw ApiException.badImage(
          "Providing images via URL without FQDN is not supported in this configuration of"
              + " `inference`.");
    }
    return new ImageUrl(uri);
  }

  private static URI parse(String text) {
    if (text.length() > LONGEST) {
      throw ApiException.badImage(
          "The image URL has %d characters, the limit is %d: give a shorter one, or send the image itself."
              .formatted(text.length(), LONGEST));
    }
    if (text.indexOf('\\') >= 0) {
      throw invalid();
    }
    try {
      return new URI(encoded(text.strip()));
    } catch (URISyntaxException e) {
      throw invalid();
    }
  }

  private static String scheme(URI uri) {
    return uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
  }

  /** Blanks and letters beyond ASCII are written as clients mean them. */
  private static String encoded(String text) {
    var encoded = new StringBuilder(text.length());
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (c < 0x80 && (Character.isLetterOrDigit(c) || HARMLESS.indexOf(c) >= 0)) {
        encoded.append(c);
      } else {
        encoded.append('%').append(HEX.toHexDigits((byte) c));
      }
    }
    return encoded.toString();
  }

  private static ApiException invalid() {
    return ApiException.badImage("Provided image URL is invalid");
  }
}
