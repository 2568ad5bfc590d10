package dev.penstock.cli;

import dev.penstock.cli.options.PublicOptions;
import dev.penstock.cli.process.ServingProcess;
import dev.penstock.config.StartupException;
import dev.penstock.router.admission.keys.Access;
import dev.penstock.router.admission.keys.KeyFileException;
import dev.penstock.router.admission.keys.KeyFileWatch;
import dev.penstock.telemetry.Ticker;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Who may ask a process that serves: what is in its key file is followed until it stops. */
final class ServedKeys {
  /** What changes is taken over at the second look that sees it. */
  private static final Duration LOOKS = Duration.ofMillis(500);

  private ServedKeys() {}

  /**
   * Reads the file of keys and follows it from now on; without one, says who can come.
   *
   * @throws StartupException when the file cannot be used
   */
  static Access follow(ServingProcess process, PublicOptions options) {
    Path file = options.keys();
    if (file == null) {
      whoCanCome(options.host())
          .ifPresent(
              warning -> System.getLogger(ServedKeys.class.getName()).log(Level.WARNING, warning));
      return Access.open();
    }
    try {
      KeyFileWatch watch = KeyFileWatch.open(file, Ticker.SYSTEM).start(LOOKS);
      process.onStop("watching the keys", watch::close);
      return watch.access();
    } catch (KeyFileException e) {
      throw new StartupException("--keys: " + e.getMessage(), e);
    }
  }

  /** What is to be said of an address that others reach; nothing when only this machine does. */
  static Optional<String> whoCanCome(String host) {
    InetSocketAddress address = new InetSocketAddress(host, 0);
    return !address.isUnresolved() && address.getAddress().isLoopbackAddress()
        ? Optional.empty()
        : Optional.of(
            "open to everybody who reaches "
                + host
                + ": any API key is good, and anybody may unload models. Give --keys FILE, or"
                + " --host 127.0.0.1 for this machine alone.");
  }
}
