package dev.penstock.router.admission.keys;

import dev.penstock.telemetry.Ticker;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps access as its file says: looks into the file now and then, on a thread of its own. A file
 * that cannot be used changes nothing and is logged. Polled and compared byte by byte, because
 * network file systems, and volumes of Kubernetes, tell nothing of changes.
 */
public final class KeyFileWatch implements AutoCloseable {
  private static final Logger LOG = System.getLogger(KeyFileWatch.class.getName());

  private final KeyFile file;
  private final KeyedAccess access;
  private final ScheduledExecutorService looks =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "penstock-key-watch");
            thread.setDaemon(true);
            return thread;
          });
  private Map<String, ApiKey> keys;
  private byte[] used;
  private byte[] seen;
  private @Nullable String problem;

  private KeyFileWatch(KeyFile file, byte[] content, Ticker ticker) {
    List<ApiKey> parsed = file.parse(content);
    this.file = file;
    this.keys = byName(parsed);
    this.used = content;
    this.seen = content;
    this.access = new KeyedAccess(parsed, ticker);
  }

  /**
   * Reads the file.
   *
   * @throws KeyFileException when it cannot be used
   */
  public static KeyFileWatch open(Path path, Ticker ticker) {
    var file = new KeyFile(path);
    var watch = new KeyFileWatch(file, file.read(), ticker);
    LOG.log(Level.INFO, "API keys in {0}: {1}", path, watch.keys.size());
    if (file.isReadableByOthers()) {
      LOG.log(
          Level.WARNING,
          "{0} can be read by every user of this machine. It holds no keys, but who may do what:"
              + " chmod 640 it.",
          path);
    }
    return watch;
  }

  /** Looks again after each interval until it is closed. */
  public KeyFileWatch start(Duration interval) {
    // The task catches what goes wrong, so nobody has to wait for its end.
    var unused =
        looks.scheduleWithFixedDelay(
            this::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    return this;
  }

  /** What the file says, also when it changes. */
  public Access access() {
    return access;
  }

  /**
   * Takes over what two looks have seen alike: a file that is just being written may be valid and
   * lack half of its keys.
   */
  void look() {
    try {
      byte[] content = file.read();
      boolean settled = Arrays.equals(content, seen);
      seen = content;
      if (settled && !Arrays.equals(content, used)) {
        use(content);
      } else if (settled) {
        problem = null;
      }
    } catch (KeyFileException e) {
      complain(e);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "the file of keys cannot be looked at", e);
    }
  }

  private void use(byte[] content) {
    List<ApiKey> parsed = file.parse(content);
    access.replace(parsed);
    used = content;
    problem = null;
    sayChanges(byName(parsed));
  }

  private void complain(KeyFileException failure) {
    String message = String.valueOf(failure.getMessage());
    if (!message.equals(problem)) {
      LOG.log(Level.WARNING, "{0}. The keys from before stay in force.", message);
    }
    problem = message;
  }

  private void sayChanges(Map<String, ApiKey> now) {
    now.forEach(
        (name, key) -> {
          ApiKey before = keys.get(name);
          if (before == null) {
            LOG.log(Level.INFO, "API key {0} was added", name);
          } else if (!before.equals(key)) {
            LOG.log(Level.INFO, "API key {0} was changed", name);
          }
        });
    keys.keySet().stream()
        .filter(name -> !now.containsKey(name))
        .forEach(name -> LOG.log(Level.INFO, "API key {0} was removed", name));
    keys = now;
  }

  private static Map<String, ApiKey> byName(List<ApiKey> keys) {
    var names = new HashMap<String, ApiKey>();
    keys.forEach(key -> names.put(key.name(), key));
    return names;
  }

  @Override
  public void close() {
    looks.shutdownNow();
  }
}
