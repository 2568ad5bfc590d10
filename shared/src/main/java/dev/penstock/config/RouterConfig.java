package dev.penstock.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything a router can be told.
 *
 * @param id names the router in logs and {@code /status}
 * @param http the public listener
 * @param cluster how it is reached by workers and other routers
 * @param models folders of model packages
 * @param aliases more names of models: what clients may say to the model id that is meant
 * @param preload model ids every worker loads before it is ready
 * @param limits what it accepts at once
 * @param imageUrls whether and which images are fetched for clients
 * @param drainDelay how long a leaving router goes on accepting, after it said that it is not ready
 * @param accessLog form of the access log
 */
public record RouterConfig(
    String id,
    Http http,
    Cluster cluster,
    List<Path> models,
    Map<String, String> aliases,
    List<String> preload,
    Limits limits,
    ImageUrls imageUrls,
    Duration drainDelay,
    AccessLog accessLog) {
  public RouterConfig {
    models = List.copyOf(models);
    aliases = Map.copyOf(aliases);
    preload = List.copyOf(preload);
  }

  /**
   * The public listener.
   *
   * @param host address to bind
   * @param port 0 for any free port
   * @param allowOrigins origins allowed by CORS; {@code *} is any
   * @param maxConnections most connections at once; more are closed unread
   * @param tls what it shows its clients; null for a listener without TLS
   */
  public record Http(
      String host,
      int port,
      List<String> allowOrigins,
      int maxConnections,
      @Nullable CertificateFiles tls) {
    public static final int DEFAULT_MAX_CONNECTIONS = 10_000;

    public Http {
      allowOrigins = List.copyOf(allowOrigins);
    }

    /** Without TLS. */
    public Http(String host, int port, List<String> allowOrigins) {
      this(host, port, allowOrigins, DEFAULT_MAX_CONNECTIONS, null);
    }
  }

  /**
   * The addresses between machines.
   *
   * @param host address to bind the internal listener and the cluster port to
   * @param internalPort port of claims, results, control and packages; 0 for any free port
   * @param clusterPort Hazelcast's port; 0 for any free port
   * @param join cluster ports of other routers
   * @param advertise the host others reach this router by
   * @param name of the cluster: routers and workers of another one are not let in
   * @param tls how it and its workers prove that they belong together; null when they need not
   */
  public record Cluster(
      String host,
      int internalPort,
      int clusterPort,
      List<HostPort> join,
      String advertise,
      String name,
      @Nullable MutualTls tls) {
    public static final String DEFAULT_NAME = "penstock";

    public Cluster {
      join = List.copyOf(join);
    }

    /** The cluster that has no name of its own, without TLS. */
    public Cluster(
        String host, int internalPort, int clusterPort, List<HostPort> join, String advertise) {
      this(host, internalPort, clusterPort, join, advertise, DEFAULT_NAME, null);
    }
  }

  /**
   * What is accepted at once.
   *
   * @param requestTimeout after that a request is answered 504 that says nothing else
   * @param maxRequestTimeout most that a request may ask for; at least {@code requestTimeout}
   * @param maxBodyBytes largest request body; at most {@link #LARGEST_BODY_BYTES}
   * @param maxInFlight most jobs admitted and not answered
   * @param maxInFlightBytes most memory that bodies and images take; at least twice {@code
   *     maxBodyBytes}, so that the largest request always fits into an idle router
   */
  public record Limits(
      Duration requestTimeout,
      Duration maxRequestTimeout,
      long maxBodyBytes,
      int maxInFlight,
      long maxInFlightBytes) {
    /** What is read into one array, and goes to a worker in one frame, with room for its form. */
    public static final long LARGEST_BODY_BYTES = 1_000_000_000;

    public Limits {
      if (maxRequestTimeout.compareTo(requestTimeout) < 0
          || maxBodyBytes < 1
          || maxBodyBytes > LARGEST_BODY_BYTES
          || maxInFlightBytes < 2 * maxBodyBytes) {
        throw new IllegalArgumentException(
            "limits that cannot hold: %s of %s, %d of %d bytes"
                .formatted(requestTimeout, maxRequestTimeout, maxBodyBytes, maxInFlightBytes));
      }
    }
  }

  /**
   * Images that clients give by URL.
   *
   * @param enabled whether any are fetched
   * @param allowHttp whether plain {@code http} is allowed beside {@code https}
   * @param allowPrivate whether private, loopback and link-local addresses and names without a dot
   *     are allowed
   * @param timeout for the whole download, redirects included
   */
  public record ImageUrls(
      boolean enabled, boolean allowHttp, boolean allowPrivate, Duration timeout) {}

  /** Form of the access log. */
  public enum AccessLog {
    TEXT,
    JSON,
    OFF
  }
}
