package dev.penstock.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the tests of the clients that the build has installed. */
final class InstalledClients {
  private static final Path SCRIPTS = Path.of("src/test/resources/clients").toAbsolutePath();
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final Path NODE = TARGET.resolve("clients-node");

  /** Many times what they take, so that nothing hangs for ever. */
  private static final int PATIENCE_MINUTES = 10;

  private final Map<String, String> environment = new HashMap<>();

  /** Clients that find Penstock at this address. */
  InstalledClients(URI url) {
    environment.put("PENSTOCK_URL", withoutSlash(url));
    environment.put("PENSTOCK_ROOT", Path.of("..").toAbsolutePath().normalize().toString());
    environment.put("PENSTOCK_PICTURES", Path.of("images").toAbsolutePath().toString());
    environment.put("PENSTOCK_NODE", NODE.toString());
    environment.put("PYTHONDONTWRITEBYTECODE", "1");
  }

  /** Tells the tests one thing more. */
  InstalledClients with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  InstalledClients with(String variable, URI url) {
    return with(variable, withoutSlash(url));
  }

  /** Runs a file of pytest; fails with its output when one of its tests does, or there is none. */
  void pytest(String file) {
    run(
        file,
        TARGET.resolve("clients-venv/bin/python").toString(),
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        SCRIPTS.resolve(file).toString());
  }

  /** Runs a file of Node's test runner; fails with its output when one of its tests does. */
  void node(String file) {
    run(file, "node", "--test", "--test-reporter=tap", SCRIPTS.resolve(file).toString());
  }

  private void run(String name, String... command) {
    Path logs = TARGET.resolve("clients");
    Path log = logs.resolve(name + ".log");
    try {
      Files.createDirectories(logs);
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError(name + " did not end:\n" + Files.readString(log));
      }
      assertThat(process.exitValue())
          .as(() -> "%s ended badly (%s):%n%s".formatted(name, log, read(log)))
          .isZero();
    } catch (IOException e) {
      throw new AssertionError(name + " could not run; the profile clients installs it", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static String withoutSlash(URI url) {
    return url.toString().replaceAll("/$", "");
  }
}
