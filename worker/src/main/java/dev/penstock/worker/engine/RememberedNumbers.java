package dev.penstock.worker.engine;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** What was measured once, in files that outlive the process. */
public final class RememberedNumbers {
  private static final System.Logger LOG = System.getLogger(RememberedNumbers.class.getName());

  private final Path folder;

  /**
   * @param folder need not exist yet
   */
  public RememberedNumbers(Path folder) {
    this.folder = folder;
  }

  /** Where it is remembered. */
  public Path file(String key) {
    return folder.resolve(key);
  }

  /**
   * A number above 0.
   *
   * @param key part of a file name
   * @return 0 when nothing usable is remembered
   */
  public long get(String key) {
    Path file = file(key);
    try {
      return Files.exists(file) ? Math.max(0, Long.parseLong(Files.readString(file).strip())) : 0;
    } catch (IOException | NumberFormatException e) {
      LOG.log(Level.WARNING, "{0} cannot be read, measuring again: {1}", file, e);
      return 0;
    }
  }

  /** Remembers a number in the place of any other one. */
  public void put(String key, long number) {
    try {
      Files.createDirectories(folder);
      Path fresh = Files.createTempFile(folder, "measured-", "");
      Files.writeString(fresh, number + "\n");
      Files.move(fresh, file(key), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.log(
          Level.WARNING,
          "What was measured cannot be kept in {0}, the next start measures again: {1}",
          folder,
          e);
    }
  }
}
