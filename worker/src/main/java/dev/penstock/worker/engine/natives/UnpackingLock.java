package dev.penstock.worker.engine.natives;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps processes that start together from unpacking libraries into the same folder at once.
 *
 * <p>INVARIANT: a process holds or waits for one such lock at a time. If two processes each held
 * one and waited for the other's, the system would take that for a deadlock and refuse, though
 * other threads hold them.
 */
final class UnpackingLock {
  /** A file lock keeps other processes out, and throws at another thread of this one. */
  private static final Object IN_THIS_PROCESS = new Object();

  private final Path folder;

  /** What is done under the lock. */
  interface Work {
    void run() throws IOException;
  }

  /**
   * @param folder what is unpacked to; created if it is missing
   */
  UnpackingLock(Path folder) {
    this.folder = folder;
  }

  /** Waits until nobody else unpacks. Who may not write there does not unpack there either. */
  void run(Work work) throws IOException {
    Path lock = folder.resolve("unpacking.lock");
    synchronized (IN_THIS_PROCESS) {
      if (Files.isDirectory(folder) && !Files.isWritable(Files.exists(lock) ? lock : folder)) {
        work.run();
        return;
      }
      Files.createDirectories(folder);
      try (FileChannel file =
              FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock held = file.lock()) {
        if (held.isValid()) {
          work.run();
        }
      }
    }
  }
}
