package dev.penstock.cli;

import dev.penstock.config.StartupException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files that come with the program, found from where its classes lie.
 *
 * @param home the folder that holds {@code models/} and {@code images/}
 */
record Installation(Path home) {
  /** Id of the model that ships. */
  static final String MODEL = "coco/1";

  /**
   * Finds the files: beside the classes or up to two folders above them ({@code
   * deploy/target/penstock.jar} has them in {@code deploy/}).
   *
   * @throws StartupException when they are not there
   */
  static Installation find() {
    return find(codeSource());
  }

  /** As {@link #find()}, from the given jar or folder of classes. */
  static Installation find(Path classes) {
    Path folder = classes.getParent();
    for (int up = 0; up < 3 && folder != null; up++, folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve("models"))) {
        return new Installation(folder);
      }
    }
    throw new StartupException(
        "the shipped models are neither beside "
            + classes
            + " nor above it: give --models a folder of model packages");
  }

  /** The shipped model packages. */
  Path models() {
    return home.resolve("models");
  }

  /** A picture to try. */
  Path picture() {
    return home.resolve("images").resolve("astronaut.png");
  }

  private static Path codeSource() {
    try {
      return Path.of(
          Installation.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new StartupException("cannot tell where the program's jar lies", e);
    }
  }
}
