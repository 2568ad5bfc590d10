package dev.penstock.it.kit;

import dev.penstock.it.kit.network.Network;
import dev.penstock.it.kit.network.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The processes of a test, on free ports of the loopback address. After every test the ledger of
 * every living router must add up; a failed test gets the processes' last words printed. Registered
 * as a static field the processes live as long as the class, as an instance field as long as the
 * test.
 */
public final class Cluster implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  private final Network network;
  private final List<PenstockProcess> processes = new CopyOnWriteArrayList<>();
  private final List<RouterProcess> routers = new CopyOnWriteArrayList<>();
  private @Nullable Path folder;
  private boolean shared;

  public Cluster() {
    this(Network.LOOPBACK);
  }

  /**
   * @param network says where processes run; closed with them
   */
  public Cluster(Network network) {
    this.network = network;
  }

  /** Starts a router on free ports and waits until it serves. */
  public RouterProcess router(String... options) {
    return router(List.of("--port", "0", "--internal-port", "0", "--cluster-port", "0"), options);
  }

  /** Starts a router that joins another one. */
  public RouterProcess routerBeside(RouterProcess other, String... options) {
    var all = new ArrayList<>(List.of(options));
    all.addAll(List.of("--join", other.cluster().toString()));
    return router(all.toArray(String[]::new));
  }

  /** Starts a router on the ports of one that has ended; does not wait. */
  public PenstockProcess startAgain(RouterProcess ended, String... moreOptions) {
    var options = new ArrayList<>(ended.options());
    options.addAll(List.of(moreOptions));
    return startRouter(ended.process().name(), ended.samePorts(), options);
  }

  /** Starts a router with options that must not work; does not wait. */
  public PenstockProcess routerThatFails(String... options) {
    return startRouter("r", List.of("--port", "0"), List.of(options));
  }

  /** The router that {@link #startAgain} has started, when it serves. */
  public RouterProcess router(PenstockProcess started, RouterProcess inPlaceOf) {
    return known(RouterProcess.of(started, inPlaceOf.options()));
  }

  private RouterProcess router(List<String> ports, String... options) {
    String name = "r" + (routers.size() + 1);
    PenstockProcess process = startRouter(name, ports, List.of(options));
    return known(RouterProcess.of(process, List.of(options)));
  }

  private RouterProcess known(RouterProcess router) {
    network.listens(router.process().name(), List.of(router.internal(), router.cluster()));
    routers.add(router);
    return router;
  }

  private PenstockProcess startRouter(String name, List<String> ports, List<String> options) {
    Place place = network.place(name);
    var arguments = new ArrayList<>(List.of("router"));
    if (!options.contains("--host")) {
      arguments.addAll(List.of("--host", place.host()));
    }
    if (!place.advertise().equals(place.host())) {
      arguments.addAll(List.of("--advertise", place.advertise()));
    }
    arguments.addAll(ports);
    arguments.addAll(options);
    return start(name, arguments);
  }

  /** Starts a router and a worker in one process and waits until they serve. */
  public Client local(String... options) {
    var arguments =
        new ArrayList<>(
            List.of(
                "local",
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--cache",
                folder().resolve("cache").toString()));
    arguments.addAll(List.of(options));
    String line = start("l", arguments).awaitReady();
    Matcher ready = Pattern.compile("ready local (https?://\\S+) .*").matcher(line);
    if (!ready.matches()) {
      throw new AssertionError("not what says that a router and a worker are ready: " + line);
    }
    return new Client(URI.create(ready.group(1)));
  }

  /** Starts a worker; does not wait until it is ready. */
  public PenstockProcess worker(String id, RouterProcess router, String... options) {
    return worker(id, List.of(router), options);
  }

  /** Starts a worker that is told several routers; does not wait until it is ready. */
  public PenstockProcess worker(String id, List<RouterProcess> join, String... options) {
    String addresses =
        join.stream().map(router -> router.cluster().toString()).collect(Collectors.joining(","));
    return worker(id, addresses, options);
  }

  /** Starts a worker that joins by these addresses; does not wait until it is ready. */
  public PenstockProcess worker(String id, String addresses, String... options) {
    var arguments = new ArrayList<>(List.of("worker", "--id", id, "--join", addresses));
    arguments.addAll(List.of(options));
    if (!arguments.contains("--cache")) {
      arguments.addAll(List.of("--cache", folder().resolve("cache").toString()));
    }
    return start(id, arguments);
  }

  private PenstockProcess start(String name, List<String> arguments) {
    PenstockProcess process = PenstockProcess.start(name, network.place(name).command(), arguments);
    network.started(name, process.pid());
    processes.add(process);
    return process;
  }

  /** All processes that were ever started. */
  public List<PenstockProcess> processes() {
    return List.copyOf(processes);
  }

  /** A folder that is there for as long as the processes. */
  public Path folder() {
    Path known = folder;
    if (known == null) {
      try {
        known = Files.createTempDirectory("penstock-it");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      folder = known;
    }
    return known;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    shared = true;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    try {
      if (context.getExecutionException().isPresent()) {
        printLogs(context);
      } else {
        checkLedgers(context);
      }
    } finally {
      if (!shared) {
        close();
      }
    }
  }

  private void checkLedgers(ExtensionContext context) {
    try {
      routers.stream()
          .filter(router -> router.process().alive())
          .forEach(Ledger::awaitNothingInFlight);
    } catch (AssertionError e) {
      printLogs(context);
      throw e;
    }
  }

  @SuppressWarnings("SystemOut") // a failed test explains itself
  private void printLogs(ExtensionContext context) {
    System.err.println("=== " + context.getDisplayName() + " failed; its processes said:");
    processes.forEach(process -> System.err.println(process.log()));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  private void close() {
    processes.forEach(PenstockProcess::close);
    processes.clear();
    routers.clear();
    network.close();
    Path used = folder;
    if (used != null) {
      delete(used);
      folder = null;
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
