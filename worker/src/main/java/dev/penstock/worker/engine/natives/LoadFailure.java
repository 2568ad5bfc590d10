package dev.penstock.worker.engine.natives;

import dev.penstock.config.StartupException;
import java.nio.file.Path;
import java.util.Locale;

/** Why a native library could not be loaded, in a sentence for the person at the terminal. */
final class LoadFailure {
  private static final int LONGEST = 300;

  private LoadFailure() {}

  /**
   * @param library what was to be loaded
   * @param cache where it was unpacked
   */
  static StartupException of(String library, Path cache, Throwable failure) {
    String said = words(innermost(failure));
    return new StartupException(
        "%s cannot be loaded from %s: %s. The system says: %s"
            .formatted(library, cache, advice(said.toLowerCase(Locale.ROOT)), said),
        failure);
  }

  private static String advice(String said) {
    if (said.contains("failed to map segment") || said.contains("operation not permitted")) {
      return "programs may not be run from there (noexec): give another folder with --cache";
    }
    if (said.contains("glibc")) {
      return "this system's C library is too old: glibc 2.28 or newer is needed (Debian 10, Ubuntu 20.04, RHEL 8)";
    }
    if (said.contains("ld-linux") || said.contains("musl") || said.contains("relocating")) {
      return "this system has another C library (Alpine's musl): use one with glibc";
    }
    if (said.contains("no space") || said.contains("read-only") || said.contains("denied")) {
      return "make room there, or give another folder with --cache";
    }
    if (said.contains("cannot open shared object")) {
      return "install what the message names";
    }
    return "give an empty folder with --cache, or install what the message names";
  }

  /** What was tried last hides why what was tried first had failed. */
  private static Throwable innermost(Throwable failure) {
    Throwable innermost = failure;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    return innermost;
  }

  /** A failure that says nothing is at least named. */
  private static String words(Throwable failure) {
    String message = failure.getMessage();
    String said = message == null ? failure.getClass().getSimpleName() : message;
    said = said.replaceAll("\\s+", " ").strip();
    return said.length() > LONGEST ? said.substring(0, LONGEST) + "…" : said;
  }
}
