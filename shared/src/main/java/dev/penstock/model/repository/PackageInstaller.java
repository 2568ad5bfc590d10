package dev.penstock.model.repository;

import dev.penstock.config.StartupException;
import dev.penstock.model.ModelIds;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.PackageException;
import dev.penstock.model.layout.PackageReader;
import dev.penstock.model.layout.PackageSource;
import dev.penstock.model.repository.FolderScan.Candidate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

/** Puts models into a folder of models, whole or not at all. */
public final class PackageInstaller {
  private PackageInstaller() {}

  /**
   * Copies a model to {@code dataset/version/}. Whoever looks into the folder sees all of it or
   * nothing.
   *
   * @param from an ONNX file or a package folder
   * @param id canonical id it gets
   * @param repository the folder of models
   * @param replace whether it takes the place of a model that is there
   * @return where it lies now
   * @throws StartupException when it cannot be served, or the place is taken
   * @throws IOException when it cannot be copied
   */
  public static Path install(Path from, String id, Path repository, boolean replace)
      throws IOException {
    Path source = from.toAbsolutePath().normalize();
    boolean isFolder = Files.isDirectory(source);
    ModelPackage model = read(source, isFolder, id);
    Path place = repository.resolve(id);
    checkWillBeFound(id, place, repository);
    if (Files.exists(place) && !replace) {
      throw new StartupException(
          id + " is there already, in " + place + ": give another version, or --replace");
    }
    Files.createDirectories(place.getParent());
    // No temporary directory: those are for their owner alone, and others serve from here.
    Path fresh = Files.createDirectory(place.resolveSibling(".adding-" + UUID.randomUUID()));
    try {
      for (ModelPackage.PackageFile file : model.files()) {
        Path target = fresh.resolve(file.name());
        Files.createDirectories(target.getParent());
        Files.copy(model.path(file.name()), target);
      }
      if (Files.exists(place)) {
        Path old = Files.createTempDirectory(place.getParent(), ".replaced-");
        Files.move(place, old.resolve("package"));
        try {
          Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
          Files.move(old.resolve("package"), place);
          throw e;
        } finally {
          delete(old);
        }
      } else {
        Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
      }
      return place;
    } finally {
      delete(fresh);
    }
  }

  private static ModelPackage read(Path source, boolean isFolder, String id) throws IOException {
    try {
      return PackageReader.read(
          id,
          isFolder
              ? PackageSource.of(source)
              : new PackageSource(
                  Objects.requireNonNull(source.toAbsolutePath().getParent()),
                  String.valueOf(source.getFileName())));
    } catch (PackageException e) {
      throw new StartupException(source + " cannot be served: " + e.getMessage(), e);
    }
  }

  /** A model that nobody serves where it lies must not look added. */
  private static void checkWillBeFound(String id, Path place, Path repository) throws IOException {
    if (!RepositoryContent.isAddressable(id) || id.startsWith(".") || id.contains("/.")) {
      throw new StartupException(
          id
              + " would not be served: give an id of ASCII letters without blanks, whose parts do"
              + " not start with a dot");
    }
    Path dataset = Objects.requireNonNull(place.getParent());
    if (PackageSource.isPackage(dataset)) {
      throw new StartupException(
          "%s is itself a model, and nothing below it is served: move its files to %s, or give another id"
              .formatted(dataset, dataset.resolve("1")));
    }
    if (!Files.isDirectory(repository)) {
      return;
    }
    for (Candidate other : FolderScan.of(repository)) {
      if (id.equals(ModelIds.canonical(other.spelling())) && !other.path().equals(place)) {
        throw new StartupException(
            "%s is there already, as %s: remove that, or give another version"
                .formatted(id, other.path()));
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> tree = Files.walk(folder)) {
        for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }
}
