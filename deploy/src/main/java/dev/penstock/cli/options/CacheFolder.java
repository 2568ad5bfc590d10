package dev.penstock.cli.options;

import dev.penstock.config.StartupException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a worker keeps what it fetched, when it is not told: a folder of the user's. Users of
 * containers often have neither a name nor a home; they get a folder of their own under the one for
 * temporary files.
 *
 * @param environment of the process
 * @param home as Java knows it from the system's list of users, {@code ?} when there is none
 * @param temporary the folder for temporary files
 */
record CacheFolder(Map<String, String> environment, String home, Path temporary) {
  private static final String NAME = "penstock";

  static CacheFolder ofThisProcess() {
    return new CacheFolder(
        System.getenv(),
        System.getProperty("user.home", ""),
        Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
  }

  /**
   * The first of the user's folders that can be written to. It need not exist yet.
   *
   * @throws StartupException when there is none
   */
  Path choose() {
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (isAbsolute(xdg)) {
      // Said by the user: if it cannot be used, that is to be told and not passed over.
      return Path.of(xdg, NAME);
    }
    return Stream.of(home, environment.getOrDefault("HOME", ""))
        .filter(CacheFolder::isAbsolute)
        .map(folder -> Path.of(folder, ".cache", NAME))
        .filter(CacheFolder::canBeUsed)
        .findFirst()
        .orElseGet(this::temporaryOne);
  }

  private static boolean isAbsolute(String folder) {
    return !folder.isBlank() && Path.of(folder).isAbsolute();
  }

  private static boolean canBeUsed(Path folder) {
    Path there = folder;
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    // The root of the file system is the home of nobody, even where it can be written to.
    return there != null && there.getParent() != null && isWritable(there);
  }

  private static boolean isWritable(Path folder) {
    return Files.isDirectory(folder) && Files.isWritable(folder);
  }

  /** One name for each user, so that it is found again, and nobody else's. */
  private Path temporaryOne() {
    String advice = "give --cache a folder that this user may write to";
    try {
      Object own = ownId();
      Path folder = temporary.resolve(NAME + "-" + own);
      if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      String wrong = foreign(folder, own);
      if (wrong != null) {
        throw new StartupException(
            "There is no home folder to keep fetched models in, and %s %s: %s."
                .formatted(folder, wrong, advice));
      }
      System.getLogger(CacheFolder.class.getName())
          .log(
              Level.WARNING,
              "There is no home folder that can be written to: fetched models and libraries are kept"
                  + " in {0}, which may not last. Give --cache another folder.",
              folder);
      return folder;
    } catch (IOException | UnsupportedOperationException e) {
      throw new StartupException(
          "There is no folder to keep fetched models and libraries in (%s): %s."
              .formatted(e.getMessage(), advice),
          e);
    }
  }

  /** The number of the user, as the system gives it to a file of this process. */
  private Object ownId() throws IOException {
    Path probe = Files.createTempFile(temporary, NAME, "");
    try {
      return Files.getAttribute(probe, "unix:uid");
    } finally {
      Files.delete(probe);
    }
  }

  /**
   * What makes a folder one that another user could have laid there, or could change. Null when
   * nothing does.
   */
  private static @Nullable String foreign(Path folder, Object own) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return "is no folder";
    }
    if (!Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(own)) {
      return "belongs to another user";
    }
    PosixFileAttributes attributes =
        Files.getFileAttributeView(folder, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .readAttributes();
    boolean isPrivate = PosixFilePermissions.toString(attributes.permissions()).endsWith("------");
    return isPrivate ? null : "can be entered by other users (chmod 700 makes it private)";
  }
}
