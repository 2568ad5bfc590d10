package dev.penstock.chaos.fleet;

import dev.penstock.cluster.Ports;
import dev.penstock.it.kit.Await;
import dev.penstock.it.kit.Guard;
import dev.penstock.it.kit.RouterProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * HAProxy in front of the routers, as an operator would set it up: it passes TCP connections on,
 * asks {@code /readiness} where to, and tries another router when one does not take the connection.
 * It reads no request and repeats none.
 */
public final class Balancer implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final String PROGRAM = "haproxy";

  private final Process process;
  private final Guard guard;
  private final URI url;
  private final URI state;
  private final HttpClient http = HttpClient.newHttpClient();

  private Balancer(Process process, URI url, URI state) throws IOException {
    this.process = process;
    this.guard = Guard.of(process.pid());
    this.url = url;
    this.state = state;
  }

  /** Whether there is one on {@code PATH}. */
  public static boolean installed() {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, PROGRAM)));
  }

  /**
   * Starts one on free ports of the loopback address; returns when it sends to all routers.
   *
   * @param folder takes its configuration and its log
   */
  public static Balancer start(Path folder, List<RouterProcess> routers) {
    int port = Ports.free(HOST);
    int statePort = Ports.free(HOST);
    Path file = folder.resolve("haproxy.cfg");
    try {
      Files.writeString(file, configuration(port, statePort, routers));
      Process process =
          new ProcessBuilder(PROGRAM, "-db", "-f", file.toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("haproxy.log").toFile())
              .start();
      var balancer =
          new Balancer(
              process,
              URI.create("http://" + HOST + ":" + port),
              URI.create("http://" + HOST + ":" + statePort + "/;csv"));
      routers.forEach(router -> balancer.awaitSends(router.process().name(), true));
      return balancer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String configuration(int port, int statePort, List<RouterProcess> routers) {
    String servers =
        routers.stream()
            .map(
                router ->
                    "  server %s %s check\n"
                        .formatted(router.process().name(), router.url().getAuthority()))
            .collect(Collectors.joining());
    return """
    global
      maxconn 4000
      nbthread 1
    defaults
      mode tcp
      timeout connect 2s
      # A router on a busy machine is not down because it answers slowly.
      timeout check 3s
      timeout client 90s
      timeout server 90s
      # Only for a router that does not take the connection: nothing was sent to it yet.
      retries 3
      option redispatch 1
    frontend public
      bind %1$s:%2$d
      default_backend routers
    backend routers
      balance roundrobin
      option httpchk GET /readiness
      http-check expect status 200
      default-server inter 500ms fall 2 rise 2
    %4$sfrontend state
      mode http
      timeout http-request 5s
      bind %1$s:%3$d
      stats enable
      stats uri /
    """
        .formatted(HOST, port, statePort, servers);
  }

  /** Where clients connect. */
  public URI url() {
    return url;
  }

  /** Waits until it sends new connections to that router, or does not any more. */
  public void awaitSends(String router, boolean sends) {
    Await.until(
        "the balancer " + (sends ? "sends" : "does not send") + " to " + router,
        Duration.ofSeconds(30),
        () -> sends(router) == sends);
  }

  private boolean sends(String router) {
    try {
      String table =
          http.send(HttpRequest.newBuilder(state).build(), BodyHandlers.ofString()).body();
      return table
          .lines()
          .filter(line -> line.startsWith("routers," + router + ","))
          .anyMatch(line -> line.contains(",UP,"));
    } catch (IOException startsUp) {
      if (process.isAlive()) {
        return false;
      }
      throw new UncheckedIOException("haproxy ended with " + process.exitValue(), startsUp);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    Await.until("haproxy ends", Duration.ofSeconds(10), () -> !process.isAlive());
    guard.dismiss();
  }
}
