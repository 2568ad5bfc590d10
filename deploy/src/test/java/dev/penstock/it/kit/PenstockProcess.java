package dev.penstock.it.kit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One process of the built jar, to be signalled by its pid. It dies with the JVM of the tests,
 * however that ends.
 */
public final class PenstockProcess implements AutoCloseable {
  /** Enough on a machine whose cores are busy with something else. */
  private static final Duration START = Duration.ofSeconds(60);

  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final int TAIL_LINES = 40;

  /** Small and quick to start: these processes live for seconds. */
  private static final List<String> JAVA_OPTIONS =
      List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private final String name;
  private final Process process;
  private final Guard guard;
  private final CompletableFuture<String> ready = new CompletableFuture<>();
  private final Deque<String> tail = new ArrayDeque<>();
  private final Thread reader;

  private PenstockProcess(String name, Process process, Guard guard) {
    this.name = name;
    this.process = process;
    this.guard = guard;
    this.reader = new Thread(this::read, "output-of-" + name);
    reader.setDaemon(true);
  }

  /**
   * Starts {@code java -jar penstock.jar} with these arguments; does not wait until it is ready.
   *
   * @param name in test output
   * @param prefix a command that becomes Java, such as one that enters a network; may be empty
   */
  static PenstockProcess start(String name, List<String> prefix, List<String> arguments) {
    var command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JAVA_OPTIONS);
    command.addAll(List.of("-jar", TARGET.resolve("penstock.jar").toString()));
    command.addAll(arguments);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var started = new PenstockProcess(name, process, Guard.of(process.pid()));
      started.reader.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    Path log = logFile();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        Writer file = openLog(log)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        file.append(line).append('\n').flush();
        seen(line);
      }
    } catch (IOException e) {
      seen("(the output could not be read on: " + e + ")");
    } finally {
      ready.completeExceptionally(new IllegalStateException(name + " ended before it was ready"));
    }
  }

  /** All it has said. */
  public Path logFile() {
    return TARGET.resolve("it").resolve(name + "-" + process.pid() + ".log");
  }

  private static Writer openLog(Path log) throws IOException {
    Files.createDirectories(log.getParent());
    return Files.newBufferedWriter(log);
  }

  private void seen(String line) {
    synchronized (tail) {
      tail.add(line);
      if (tail.size() > TAIL_LINES) {
        tail.remove();
      }
    }
    if (line.startsWith("ready ")) {
      ready.complete(line);
    }
  }

  /** Waits until it serves; returns the line that says so. */
  public String awaitReady() {
    try {
      return ready.get(START.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(name + " did not get ready: " + e.getMessage() + "\n" + log(), e);
    }
  }

  public String name() {
    return name;
  }

  public long pid() {
    return process.pid();
  }

  public boolean alive() {
    return process.isAlive();
  }

  /** SIGKILL; returns when it is dead. */
  public void kill() {
    process.destroyForcibly();
    awaitExit(Duration.ofSeconds(10));
  }

  /** SIGTERM; does not wait. */
  public void terminate() {
    // Process.destroy() would close the pipe of its output too, and its last words were lost.
    process.toHandle().destroy();
  }

  /** SIGSTOP. */
  public void pause() {
    signal("STOP");
  }

  /** SIGCONT. */
  public void resume() {
    signal("CONT");
  }

  private void signal(String signal) {
    try {
      int status =
          new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
              .inheritIO()
              .start()
              .waitFor();
      if (status != 0) {
        throw new AssertionError("no SIG" + signal + " for " + name + ":\n" + log());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Waits for its end and for what it said last; returns the exit status. */
  public int awaitExit(Duration patience) {
    Await.until(
        () -> name + " ends\n" + log(), patience, () -> !process.isAlive() && !reader.isAlive());
    return process.exitValue();
  }

  /** The last lines of its output. */
  public String log() {
    synchronized (tail) {
      return "--- last lines of %s, all are in %s ---\n%s\n"
          .formatted(name, logFile(), String.join("\n", tail));
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
    guard.dismiss();
  }
}
