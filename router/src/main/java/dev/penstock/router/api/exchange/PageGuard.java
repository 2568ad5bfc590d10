package dev.penstock.router.api.exchange;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages from changing what a router serves that asks nobody for a key: a browser carries
 * the requests of any page it shows to whatever it can reach, the laptop it runs on included.
 *
 * <p>Pages of origins that the operator has named may do so, and pages of this router itself. The
 * latter claim their origin in vain where a name leads here: it may be anybody's, made to point to
 * this address a moment ago (DNS rebinding). Clients that are no browsers say no origin. One that
 * does, and sends JSON, is believed: a browser would have asked first, and was told no.
 */
public final class PageGuard {
  private static final Set<String> CHANGES = Set.of("/model/add", "/model/remove", "/model/clear");
  private static final Set<String> OTHER_SITES = Set.of("cross-site", "same-site");
  private static final Pattern JSON =
      Pattern.compile("\\s*application/json\\s*(;.*)?", Pattern.CASE_INSENSITIVE);

  /** An address or this machine's own name, with or without a port. */
  private static final Pattern NOBODYS_NAME =
      Pattern.compile("([0-9.]+|\\[[0-9a-f:.]+]|([a-z0-9-]+\\.)*localhost)(:[0-9]+)?");

  private final AllowedOrigins origins;
  private final boolean keys;

  /**
   * @param keys whether keys are asked for, which no page knows: then nothing else is
   */
  public PageGuard(AllowedOrigins origins, boolean keys) {
    this.origins = origins;
    this.keys = keys;
  }

  /**
   * Sees to it that a request may change something.
   *
   * @throws ApiException with status 403 when it comes from a page that may not
   */
  public void requireOwn(HttpServerRequest request) {
    if (!mayChange(request)) {
      throw ApiException.message(
          403,
          "This request comes from a web page, and this router has no keys to tell who may load and"
              + " unload models. Start it with --keys, or name the page's origin with"
              + " --allow-origin.");
    }
  }

  /** Whether a preflight may be told yes. */
  boolean mayAsk(@Nullable String origin, String path) {
    return keys || origins.name(origin) || !CHANGES.contains(plain(path));
  }

  private boolean mayChange(HttpServerRequest request) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (keys || origins.name(origin)) {
      return true;
    }
    String site = request.getHeader("Sec-Fetch-Site");
    if (site != null && OTHER_SITES.contains(site.strip().toLowerCase(Locale.ROOT))) {
      return false;
    }
    if (origin == null) {
      return true;
    }
    HostAndPort authority = request.authority();
    String host = authority == null ? "" : lower(authority.toString());
    return isOf(host, lower(origin))
        ? NOBODYS_NAME.matcher(host).matches()
        : JSON.matcher(lower(request.getHeader(HttpHeaders.CONTENT_TYPE))).matches();
  }

  private static boolean isOf(String host, String origin) {
    return origin.equals("http://" + host) || origin.equals("https://" + host);
  }

  private static String lower(@Nullable String header) {
    return header == null ? "" : header.strip().toLowerCase(Locale.ROOT);
  }

  /** Routes are also found with a slash too many, or an encoded one. */
  private static String plain(String path) {
    return path.replaceAll("(?i)(/|%2f)+", "/").replaceAll("(?<=.)/$", "");
  }
}
