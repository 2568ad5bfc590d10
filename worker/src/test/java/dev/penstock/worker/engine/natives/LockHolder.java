package dev.penstock.worker.engine.natives;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Another process that unpacks: holds the lock until its input ends. */
final class LockHolder {
  private LockHolder() {}

  /**
   * @param args the file to lock, and one that is made just before the lock is given up
   */
  public static void main(String[] args) throws Exception {
    try (FileChannel file =
            FileChannel.open(
                Path.of(args[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = file.lock()) {
      System.out.println(held.isValid() ? "locked" : "not locked");
      while (System.in.read() >= 0) {
        // until the test has seen enough
      }
      Files.createFile(Path.of(args[1]));
    }
  }
}
