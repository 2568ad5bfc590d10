package dev.penstock.it.kit;

import dev.penstock.config.HostPort;
import java.net.URI;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A router that serves.
 *
 * @param process its process
 * @param options what it was started with beyond its ports
 * @param url where clients reach it
 * @param internal where workers post to
 * @param cluster where workers and other routers join
 */
public record RouterProcess(
    PenstockProcess process, List<String> options, URI url, HostPort internal, HostPort cluster) {
  private static final Pattern READY =
      Pattern.compile("ready router (https?://\\S+) internal (\\S+) cluster (\\S+) version .*");

  static RouterProcess of(PenstockProcess process, List<String> options) {
    String line = process.awaitReady();
    Matcher ready = READY.matcher(line);
    if (!ready.matches()) {
      throw new AssertionError("not what a router says when it is ready: " + line);
    }
    return new RouterProcess(
        process,
        options,
        URI.create(ready.group(1)),
        HostPort.parse(ready.group(2)),
        HostPort.parse(ready.group(3)));
  }

  /** A client of this router. */
  public Client client() {
    return new Client(url);
  }

  /** The options that start another one in its place. */
  List<String> samePorts() {
    return List.of(
        "--port",
        Integer.toString(url.getPort()),
        "--internal-port",
        Integer.toString(internal.port()),
        "--cluster-port",
        Integer.toString(cluster.port()));
  }
}
