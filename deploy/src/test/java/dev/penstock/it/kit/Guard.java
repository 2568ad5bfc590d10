package dev.penstock.it.kit;

import java.io.IOException;
import java.io.Writer;

/** A shell that kills a process when the pipe from this JVM breaks without a word. */
public final class Guard {
  private final Process shell;

  private Guard(Process shell) {
    this.shell = shell;
  }

  /** Guards a process that was started just now. */
  public static Guard of(long pid) throws IOException {
    return new Guard(new ProcessBuilder("sh", "-c", "read -r word || kill -9 " + pid).start());
  }

  /** The process has ended: there is nothing to guard any more. */
  public void dismiss() {
    try (Writer word = shell.outputWriter()) {
      word.append("done\n");
    } catch (IOException e) {
      // It has killed what it guarded and ended, which is what it is there for.
      shell.destroy();
    }
  }
}
