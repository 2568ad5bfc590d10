package dev.penstock.cli.options;

import dev.penstock.config.ByteSize;
import dev.penstock.config.CertificateFiles;
import dev.penstock.config.RouterConfig;
import dev.penstock.config.RouterConfig.AccessLog;
import dev.penstock.config.StartupException;
import dev.penstock.model.ModelIds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The public listener and what it accepts. */
public final class PublicOptions {
  /** All addresses of this machine. */
  public static final String EVERYWHERE = "0.0.0.0";

  /** This machine alone. */
  public static final String LOOPBACK = "127.0.0.1";

  /** For a whole download, redirects included. */
  private static final Duration IMAGE_URL_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration MAX_REQUEST_TIMEOUT = Duration.ofMinutes(5);

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description =
          "Address to listen on: 0.0.0.0 for all of this machine, 127.0.0.1 for none but itself"
              + " (default: 0.0.0.0; local: 127.0.0.1).")
  @Nullable String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      converter = Converters.Port.class,
      description = "Public port; 0 is any free port (default: ${DEFAULT-VALUE}).")
  int port = 9001;

  @Option(
      names = "--keys",
      paramLabel = "FILE",
      description =
          "File of the API keys that may ask, and for what; 'penstock keys create' makes one"
              + " (default: none, everybody may).")
  @Nullable Path keys;

  @Option(
      names = "--allow-origin",
      paramLabel = "ORIGIN",
      split = ",",
      hideParamSyntax = true,
      description = "Origin that browsers may call from; repeatable (default: *, any).")
  List<String> allowOrigins = List.of("*");

  @Option(
      names = "--request-timeout",
      paramLabel = "TIME",
      converter = Converters.PositiveTime.class,
      description =
          "After that a request is answered 504 that has no X-Request-Timeout (default: 30s).")
  Duration requestTimeout = Duration.ofSeconds(30);

  @Option(
      names = "--max-request-timeout",
      paramLabel = "TIME",
      converter = Converters.PositiveTime.class,
      description =
          "Longest X-Request-Timeout that a client may ask for (default: 5m, or --request-timeout"
              + " where that is longer).")
  @Nullable Duration maxRequestTimeout;

  @Option(
      names = "--max-body",
      paramLabel = "SIZE",
      description = "Largest request body (default: ${DEFAULT-VALUE}).")
  ByteSize maxBody = new ByteSize(20_000_000);

  @Option(
      names = "--max-inflight",
      paramLabel = "JOBS",
      converter = Converters.Count.class,
      description =
          "Most images accepted and not answered yet; more are refused with 429"
              + " (default: ${DEFAULT-VALUE}).")
  int maxInFlight = 1000;

  @Option(
      names = "--max-inflight-bytes",
      paramLabel = "SIZE",
      description =
          "Most memory for bodies and images that are not answered yet; what does not fit is refused"
              + " with 429 (default: a quarter of the heap, at least twice --max-body).")
  @Nullable ByteSize maxInFlightBytes;

  @Option(
      names = "--max-connections",
      paramLabel = "COUNT",
      converter = Converters.Count.class,
      description =
          "Most connections of clients at once; more are closed unread (default:"
              + " ${DEFAULT-VALUE}).")
  int maxConnections = RouterConfig.Http.DEFAULT_MAX_CONNECTIONS;

  @Option(
      names = "--drain-delay",
      paramLabel = "TIME",
      description =
          "How long it goes on accepting after SIGTERM, so that load balancers notice"
              + " (default: 5s; local: 0s).")
  Duration drainDelay;

  @Option(
      names = "--alias",
      paramLabel = "NAME=ID",
      split = ",",
      hideParamSyntax = true,
      description =
          "Another name of a model, NAME=dataset/version; repeatable (default: those of the hosted"
              + " API, such as yolov8n-640=coco/3; given ones win).")
  Map<String, String> aliases = Map.of();

  @Option(
      names = "--image-url-allow-http",
      description = "Fetch images from http:// addresses too, not only https://.")
  boolean imageUrlAllowHttp;

  @Option(
      names = "--image-url-allow-private",
      description = "Fetch images from private, loopback and link-local addresses too.")
  boolean imageUrlAllowPrivate;

  @Option(
      names = "--access-log",
      paramLabel = "FORM",
      description = "One line a request on standard output: text, json or off (default: text).")
  AccessLog accessLog = AccessLog.TEXT;

  private String hostUnlessSaid;

  /**
   * @param host where it listens unless it is told
   */
  public PublicOptions(String host, Duration drainDelay) {
    this.hostUnlessSaid = host;
    this.drainDelay = drainDelay;
  }

  /** Where it listens unless it is told, when that depends on another option. */
  public void hostUnlessSaid(String host) {
    hostUnlessSaid = host;
  }

  /**
   * The public listener.
   *
   * @param tls what it shows its clients, if anything
   */
  public RouterConfig.Http http(@Nullable CertificateFiles tls) {
    return new RouterConfig.Http(host(), port, allowOrigins, maxConnections, tls);
  }

  /**
   * What is accepted at once.
   *
   * @throws StartupException when limits contradict each other
   */
  public RouterConfig.Limits limits() {
    return limits(Runtime.getRuntime().maxMemory());
  }

  /**
   * @param heapBytes the memory that Java may use
   */
  RouterConfig.Limits limits(long heapBytes) {
    Duration longest = maxRequestTimeout;
    if (longest == null) {
      longest = Collections.max(List.of(MAX_REQUEST_TIMEOUT, requestTimeout));
    } else if (longest.compareTo(requestTimeout) < 0) {
      throw new StartupException(
          "--max-request-timeout is shorter than --request-timeout: give it at least as much time.");
    }
    long bytes = bodyBytes();
    long leastBytes = 2 * bytes;
    if (maxInFlightBytes != null && maxInFlightBytes.bytes() < leastBytes) {
      throw new StartupException(
          "--max-inflight-bytes %s is too little for requests of --max-body %s: give it at least %s, or lower --max-body."
              .formatted(maxInFlightBytes, maxBody, new ByteSize(leastBytes)));
    }
    return new RouterConfig.Limits(
        requestTimeout, longest, bytes, maxInFlight, inFlightBytes(heapBytes, leastBytes));
  }

  private long bodyBytes() {
    if (maxBody.bytes() < 1 || maxBody.bytes() > RouterConfig.Limits.LARGEST_BODY_BYTES) {
      throw new StartupException(
          "--max-body %s is not possible: give it between 1B and %s."
              .formatted(maxBody, new ByteSize(RouterConfig.Limits.LARGEST_BODY_BYTES)));
    }
    return maxBody.bytes();
  }

  /** Half of the heap at most: decoding and answers need the rest. */
  private long inFlightBytes(long heapBytes, long leastBytes) {
    ByteSize asked = maxInFlightBytes;
    long bytes = asked == null ? Math.max(heapBytes / 4, leastBytes) : asked.bytes();
    if (bytes <= heapBytes / 2) {
      return bytes;
    }
    ByteSize heap = ByteSize.rounded(heapBytes);
    if (asked != null) {
      throw new StartupException(
          "--max-inflight-bytes %s is more than half of the heap of %s: lower it, or give Java more memory with PENSTOCK_JAVA_OPTIONS=-Xmx…."
              .formatted(asked, heap));
    }
    throw new StartupException(
        "--max-body %s is too much for a heap of %s, of which two such bodies have to fit into one half: lower it, or give Java more memory with PENSTOCK_JAVA_OPTIONS=-Xmx…."
            .formatted(maxBody, heap));
  }

  /**
   * More names of models.
   *
   * @throws StartupException when one stands for what cannot be a model id
   */
  public Map<String, String> aliases() {
    aliases.forEach(
        (name, id) -> {
          if (ModelIds.canonical(name) == null || ModelIds.canonical(id) == null) {
            throw new StartupException(
                "--alias "
                    + name
                    + "="
                    + id
                    + ": write NAME=dataset/version, each with one slash at most");
          }
        });
    return aliases;
  }

  /** Which images are fetched for clients. */
  public RouterConfig.ImageUrls imageUrls() {
    return new RouterConfig.ImageUrls(
        true, imageUrlAllowHttp, imageUrlAllowPrivate, IMAGE_URL_TIMEOUT);
  }

  public Duration drainDelay() {
    return drainDelay;
  }

  public AccessLog accessLog() {
    return accessLog;
  }

  /** The file of keys, null when everybody may ask. */
  public @Nullable Path keys() {
    return keys;
  }

  public String host() {
    return host == null ? hostUnlessSaid : host;
  }
}
