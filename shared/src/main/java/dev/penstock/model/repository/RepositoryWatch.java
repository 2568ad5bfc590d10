package dev.penstock.model.repository;

import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelRepository;
import dev.penstock.model.ModelRepository.Refusal;
import dev.penstock.telemetry.Ticker;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks into the folders of a repository now and then, on a thread of its own, and logs what is
 * served, what is not, and what changes.
 *
 * <p>Where the system tells of changes, each is looked at within an interval and nothing else is.
 * Network file systems tell nothing, so everything is looked at as well, so often that it keeps a
 * hundredth of a processor busy: each interval when there are few models, every few seconds when
 * there are thousands.
 */
public final class RepositoryWatch implements AutoCloseable {
  private static final Logger LOG = System.getLogger(RepositoryWatch.class.getName());

  /** Of its time, what looking at everything may take. */
  private static final int SHARE = 100;

  private final FolderRepository repository;
  private final long intervalNanos;
  private final FolderChanges changes = FolderChanges.open();
  private final Ticker ticker;
  private final ScheduledExecutorService looks =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "penstock-model-watch");
            thread.setDaemon(true);
            return thread;
          });
  private Map<String, String> digests = Map.of();
  private Set<Refusal> refusals = Set.of();
  private Set<Refusal> heldUp = Set.of();
  private boolean failing;
  private long watchedRevision = -1;
  private long nextFullNanos;

  RepositoryWatch(FolderRepository repository, Duration interval, Ticker ticker) {
    this.repository = repository;
    this.intervalNanos = interval.toNanos();
    this.ticker = ticker;
    this.nextFullNanos = ticker.nanos();
  }

  /** Logs what there is and looks again after each interval until it is closed. */
  public static RepositoryWatch start(FolderRepository repository, Duration interval) {
    var watch = new RepositoryWatch(repository, interval, Ticker.SYSTEM);
    watch.digests = digests(repository);
    LOG.log(
        Level.INFO,
        watch.digests.isEmpty() ? "no models to serve" : "models: {0}",
        String.join(", ", repository.all().stream().map(ModelPackage::id).toList()));
    watch.sayRefusals();
    // The task catches what goes wrong, so nobody has to wait for its end.
    var unused =
        watch.looks.scheduleWithFixedDelay(
            watch::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    return watch;
  }

  void look() {
    try {
      if (refresh()) {
        sayChanges();
        sayRefusals();
      }
      failing = false;
    } catch (UncheckedIOException e) {
      if (!failing) {
        LOG.log(Level.WARNING, "{0}. What was served before is served on.", e.getMessage());
      }
      failing = true;
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "The folders of models cannot be looked at", e);
    }
  }

  private boolean refresh() {
    Set<Path> touched = changes.poll();
    long started = ticker.nanos();
    boolean changed;
    if (failing || started - nextFullNanos >= 0) {
      changed = repository.refresh();
      long took = ticker.nanos() - started;
      // What is read of new models is not the cost of looking.
      nextFullNanos = started + (changed ? intervalNanos : Math.max(intervalNanos, took * SHARE));
    } else if (!touched.isEmpty() || !repository.isSettled()) {
      changed = repository.refresh(touched);
    } else {
      return false;
    }
    if (!touched.isEmpty() || changed || watchedRevision < 0) {
      watchedRevision = repository.revision();
      if (!changes.watch(repository.places()).isEmpty()) {
        nextFullNanos = Math.min(nextFullNanos, started + intervalNanos);
      }
    }
    return changed;
  }

  private void sayChanges() {
    Map<String, String> now = digests(repository);
    now.forEach(
        (id, digest) -> {
          String before = digests.get(id);
          if (before == null) {
            LOG.log(Level.INFO, "model {0} was added", id);
          } else if (!before.equals(digest)) {
            LOG.log(Level.INFO, "model {0} was replaced", id);
          }
        });
    digests.keySet().stream()
        .filter(id -> !now.containsKey(id))
        .forEach(id -> LOG.log(Level.INFO, "model {0} was removed", id));
    digests = now;
  }

  private void sayRefusals() {
    Set<Refusal> now = new HashSet<>(repository.refusals());
    now.stream()
        .filter(refusal -> !refusals.contains(refusal))
        .forEach(
            refusal ->
                LOG.log(
                    Level.WARNING,
                    "model {0} is not served: {1}",
                    refusal.modelId(),
                    refusal.reason()));
    refusals = now;
    Set<Refusal> heldNow = new HashSet<>(repository.heldUp());
    heldNow.stream()
        .filter(refusal -> !heldUp.contains(refusal))
        .forEach(
            refusal ->
                LOG.log(
                    Level.WARNING,
                    "model {0} is served on as it was, for what lies in its place cannot be: {1}",
                    refusal.modelId(),
                    refusal.reason()));
    heldUp = heldNow;
  }

  private static Map<String, String> digests(ModelRepository repository) {
    var digests = new HashMap<String, String>();
    repository.all().forEach(model -> digests.put(model.id(), model.digest()));
    return digests;
  }

  @Override
  public void close() {
    looks.shutdownNow();
    changes.close();
  }
}
