package dev.penstock.model.repository;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the system says of changes in folders. A hint and no more: network file systems say nothing,
 * and neither does a system that has no watches left. Used by one thread.
 */
final class FolderChanges implements AutoCloseable {
  private static final Logger LOG = System.getLogger(FolderChanges.class.getName());
  private static final WatchEvent.Kind<?>[] ALL = {
    StandardWatchEventKinds.ENTRY_CREATE,
    StandardWatchEventKinds.ENTRY_DELETE,
    StandardWatchEventKinds.ENTRY_MODIFY
  };

  private final @Nullable WatchService service;
  private final Map<Path, WatchKey> keys = new HashMap<>();
  private boolean complained;

  private FolderChanges(@Nullable WatchService service) {
    this.service = service;
  }

  static FolderChanges open() {
    try {
      WatchService service = FileSystems.getDefault().newWatchService();
      // Where Java only polls, it does so for each folder, and dearer than this package.
      if (service.getClass().getSimpleName().startsWith("Polling")) {
        service.close();
        return new FolderChanges(null);
      }
      return new FolderChanges(service);
    } catch (IOException | UnsupportedOperationException e) {
      LOG.log(Level.DEBUG, "The system does not tell of changes in folders: {0}", e);
      return new FolderChanges(null);
    }
  }

  /**
   * Watches these folders and no others.
   *
   * @return those that were not watched before: what happened in them until now was not seen
   */
  Set<Path> watch(Set<Path> folders) {
    var fresh = new HashSet<Path>();
    WatchService open = service;
    if (open == null) {
      return fresh;
    }
    keys.entrySet()
        .removeIf(
            entry -> {
              boolean unwanted = !folders.contains(entry.getKey());
              if (unwanted) {
                entry.getValue().cancel();
              }
              return unwanted;
            });
    for (Path folder : folders) {
      if (!keys.containsKey(folder)) {
        try {
          keys.put(folder, folder.register(open, ALL));
          fresh.add(folder);
        } catch (IOException e) {
          complain(folder, e);
        }
      }
    }
    return fresh;
  }

  private void complain(Path folder, IOException e) {
    if (!complained && e.getMessage() != null && e.getMessage().contains("limit")) {
      complained = true;
      LOG.log(
          Level.INFO,
          "The system has no watches left for {0} and others ({1}): changes are seen later there."
              + " fs.inotify.max_user_watches is the setting.",
          folder,
          e.getMessage());
    }
  }

  /** The folders in which something has changed since it was asked last. */
  Set<Path> poll() {
    var changed = new HashSet<Path>();
    WatchService open = service;
    if (open == null) {
      return changed;
    }
    try {
      for (WatchKey key = open.poll(); key != null; key = open.poll()) {
        Path folder = (Path) key.watchable();
        changed.add(folder);
        key.pollEvents();
        if (!key.reset()) {
          keys.remove(folder, key);
        }
      }
    } catch (ClosedWatchServiceException e) {
      LOG.log(Level.DEBUG, "The folders are no longer watched");
    }
    return changed;
  }

  @Override
  public void close() {
    if (service != null) {
      try {
        service.close();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "The watches end with the process: {0}", e);
      }
    }
  }
}
