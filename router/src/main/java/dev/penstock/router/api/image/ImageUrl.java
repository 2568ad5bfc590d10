package dev.penstock.router.api.image;

import dev.penstock.config.RouterConfig.ImageUrls;
import dev.penstock.router.api.exchange.ApiException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A URL that the policy allows to be looked up.
 *
 * @param text with a scheme and an authority
 * @param host of its authority
 * @param port of its authority, or of its scheme
 * @param user name and password in its authority, as they stand; null when there are none
 */
record ImageUrl(UrlText text, UrlHost host, int port, @Nullable String user) {
  /** What common servers and proxies still take; beyond it, it is no URL but a mistake. */
  private static final int LONGEST = 8 * 1024;

  private static final int HIGHEST_PORT = 65_535;

  /** The last {@code @} ends the user, as everybody else reads it. */
  private static final Pattern AUTHORITY =
      Pattern.compile("(?:(.*)@)?(\\[[^\\]@]*]|[^:@\\[\\]]*)(?::([0-9]{0,5}))?", Pattern.DOTALL);

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

  /**
   * Where a redirect leads, checked by the same rules. Who asks there is told to nobody but the
   * server that was asked.
   *
   * @param location of the header, whose bytes are UTF-8 when they are not ASCII
   */
  ImageUrl redirected(String location, ImageUrls policy) {
    byte[] bytes = location.getBytes(StandardCharsets.ISO_8859_1);
    ImageUrl next = of(text.resolve(parse(new String(bytes, StandardCharsets.UTF_8))), policy);
    boolean sameServer = next.host.equals(host) && next.port == port && next.secure() == secure();
    return next.user != null || !sameServer
        ? next
        : new ImageUrl(next.text, next.host, next.port, user);
  }

  boolean secure() {
    return "https".equals(text.scheme());
  }

  /** Path and query as they stand in a request line. */
  String target() {
    return text.target();
  }

  /** The header that says who asks; null when the URL does not say. */
  @Nullable String authorization() {
    if (user == null) {
      return null;
    }
    int colon = user.indexOf(':');
    String name = decoded(colon < 0 ? user : user.substring(0, colon));
    String password = colon < 0 ? "" : decoded(user.substring(colon + 1));
    byte[] pair = (name + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException bare) {
      return text;
    }
  }

  private static ImageUrl of(UrlText text, ImageUrls policy) {
    if (!"https".equals(text.scheme()) && !(policy.allowHttp() && "http".equals(text.scheme()))) {
      throw ApiException.badImage(
          "Providing images via non https:// URL is not supported in this configuration of"
              + " `inference`.");
    }
    String authority = text.authority();
    if (authority == null || authority.indexOf('\\') >= 0) {
      throw invalid();
    }
    Matcher parts = AUTHORITY.matcher(authority);
    UrlHost host = parts.matches() ? UrlHost.of(parts.group(2)) : null;
    if (host == null) {
      throw invalid();
    }
    if (!policy.allowPrivate() && !host.isQualified()) {
      throw ApiException.badImage(
          "Providing images via URL without FQDN is not supported in this configuration of"
              + " `inference`.");
    }
    return new ImageUrl(text, host, port(parts.group(3), text), parts.group(1));
  }

  private static int port(@Nullable String digits, UrlText text) {
    if (digits == null || digits.isEmpty()) {
      return "https".equals(text.scheme()) ? 443 : 80;
    }
    int port = Integer.parseInt(digits);
    if (port == 0 || port > HIGHEST_PORT) {
      throw invalid();
    }
    return port;
  }

  private static UrlText parse(String text) {
    if (text.length() > LONGEST) {
      throw ApiException.badImage(
          "The image URL has %d characters, the limit is %d: give a shorter one, or send the image itself."
              .formatted(text.length(), LONGEST));
    }
    return UrlText.of(text);
  }

  private static ApiException invalid() {
    return ApiException.badImage("Provided image URL is invalid");
  }
}
