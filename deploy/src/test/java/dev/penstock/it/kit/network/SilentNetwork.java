package dev.penstock.it.kit.network;

import dev.penstock.it.kit.Guard;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A process in a network where nobody is, with its own {@code /etc/resolv.conf}: what it looks up
 * is recorded. Needs root or user namespaces.
 */
public final class SilentNetwork implements AutoCloseable {
  static final String LOOKUP = "looked up ";

  private static final List<List<String>> OWN =
      List.of(List.of("--net", "--mount"), List.of("--map-root-user", "--net", "--mount"));

  private static final String ENTER =
      "ip link set lo up && mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"";

  private final Process process;
  private final Guard guard;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Thread reader;

  private SilentNetwork(Process process, Guard guard) {
    this.process = process;
    this.guard = guard;
    reader = new Thread(this::read, "output-of-the-silent-network");
    reader.setDaemon(true);
    reader.start();
  }

  /** How such networks are made here; null when they cannot be. */
  private static @Nullable List<String> way(Path resolv) {
    for (List<String> own : OWN) {
      if (Command.succeeds(command(own, resolv, List.of("true")).toArray(String[]::new))) {
        return own;
      }
    }
    return null;
  }

  private static List<String> command(List<String> own, Path resolv, List<String> inside) {
    var command = new ArrayList<>(List.of("unshare"));
    command.addAll(own);
    command.addAll(List.of("sh", "-c", ENTER, resolv.toString()));
    command.addAll(inside);
    return command;
  }

  /**
   * Starts Java in a network of its own.
   *
   * @param folder for what it needs
   * @param environment all of it, but for {@code PATH}
   * @param arguments of Java
   * @return null where this is not allowed
   */
  public static @Nullable SilentNetwork start(
      Path folder, Map<String, String> environment, List<String> arguments) throws IOException {
    Path resolv = folder.resolve("resolv.conf");
    Files.writeString(resolv, "nameserver 127.0.0.1\n");
    List<String> own = way(resolv);
    if (own == null) {
      return null;
    }
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var inside =
        new ArrayList<>(
            List.of(
                java,
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                RecordingResolver.class.getName(),
                java));
    inside.addAll(arguments);
    var builder = new ProcessBuilder(command(own, resolv, inside)).redirectErrorStream(true);
    String path = builder.environment().getOrDefault("PATH", "");
    builder.environment().clear();
    builder.environment().put("PATH", path + ":/usr/sbin:/sbin");
    builder.environment().putAll(environment);
    Process process = builder.start();
    return new SilentNetwork(process, Guard.of(process.pid()));
  }

  private void read() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        add(line);
      }
    } catch (IOException e) {
      add("(the output could not be read on: " + e + ")");
    }
  }

  private synchronized void add(String line) {
    lines.add(line);
    notifyAll();
  }

  /** Waits for a line of its output, for no longer than a minute. */
  public synchronized void await(Predicate<String> wanted) throws InterruptedException {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (lines.stream().noneMatch(wanted)) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError("not in time:\n" + String.join("\n", lines));
      }
      wait(left);
    }
  }

  /** Waits until a name is looked up. */
  public void awaitLookup() throws InterruptedException {
    await(line -> line.startsWith(LOOKUP));
  }

  /** The names that were looked up, each as often as it was. */
  public List<String> lookups() {
    return lines.stream()
        .filter(line -> line.startsWith(LOOKUP))
        .map(line -> line.substring(LOOKUP.length()))
        .toList();
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    process.onExit().join();
    guard.dismiss();
  }
}
