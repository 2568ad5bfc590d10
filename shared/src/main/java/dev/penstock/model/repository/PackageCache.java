package dev.penstock.model.repository;

import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelPackage.PackageFile;
import dev.penstock.model.PackageException;
import dev.penstock.model.layout.Digests;
import dev.penstock.model.layout.PackageReader;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Packages that were fetched from elsewhere, one folder for each digest. Several processes may
 * share it: a package is made complete beside its place and renamed into it, so nobody sees half of
 * one.
 */
public final class PackageCache {
  private static final Logger LOG = System.getLogger(PackageCache.class.getName());
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  private final Path packages;

  /**
   * @param cache the cache's folder, made when something is stored
   */
  public PackageCache(Path cache) {
    this.packages = cache.resolve("packages");
  }

  /** Fetches one file of a package. */
  @FunctionalInterface
  public interface Downloader {
    /**
     * Writes the file's content.
     *
     * @param file what is wanted
     * @param target where to; does not exist yet
     * @throws IOException when it cannot be had
     */
    void download(PackageFile file, Path target) throws IOException;
  }

  /**
   * The package with that digest, after its content was checked. One that was changed since it was
   * stored counts as absent and is replaced by the next {@link #store}.
   *
   * @param id the id it is to have
   * @throws IOException when the cache cannot be read
   */
  public Optional<ModelPackage> get(String id, String digest) throws IOException {
    Path folder = folder(digest);
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try {
      return Optional.of(PackageReader.read(id, folder))
          .filter(found -> found.digest().equals(digest));
    } catch (PackageException e) {
      return Optional.empty();
    }
  }

  /**
   * Fetches a package, checks every file and keeps it.
   *
   * @param id the id it is to have
   * @param files all its files as their owner lists them
   * @throws IOException when a file cannot be had, is not what its owner listed, would lie outside
   *     the package's folder, or when this version does not understand the package
   */
  public ModelPackage store(
      String id, String digest, List<PackageFile> files, Downloader downloader) throws IOException {
    Path folder = folder(digest);
    if (!Digests.ofPackage(id, files).equals(digest)) {
      throw new IOException("The list of files of package " + digest + " is not that package's.");
    }
    Files.createDirectories(packages);
    Path fresh = Files.createTempDirectory(packages, "fetching-");
    try {
      for (PackageFile file : files) {
        Path target = inside(fresh, file.name());
        Files.createDirectories(target.getParent());
        downloader.download(file, target);
        check(file, target);
      }
      ModelPackage complete = PackageReader.read(id, fresh);
      if (!complete.digest().equals(digest)) {
        throw new IOException(
            "Package " + digest + " has files that this version does not know: update the worker.");
      }
      return publish(complete, folder);
    } catch (PackageException e) {
      throw new IOException("Package " + digest + " cannot be used: " + e.getMessage(), e);
    } finally {
      delete(fresh);
    }
  }

  private ModelPackage publish(ModelPackage complete, Path folder) throws IOException {
    if (Files.exists(folder) && get(complete.id(), complete.digest()).isEmpty()) {
      setAside(folder);
    }
    try {
      Files.move(complete.folder(), folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      // Another process may have put the same package there a moment earlier: theirs is as good.
      if (get(complete.id(), complete.digest()).isEmpty()) {
        throw e;
      }
    }
    return new ModelPackage(
        complete.id(), complete.digest(), folder, complete.files(), complete.description());
  }

  private void setAside(Path folder) throws IOException {
    Path aside = Files.createTempDirectory(packages, "damaged-");
    try {
      Files.move(folder, aside.resolve("package"), StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      LOG.log(Level.DEBUG, "another process removed {0} first", folder);
    } finally {
      delete(aside);
    }
  }

  private static void check(PackageFile file, Path target) throws IOException {
    if (Files.size(target) != file.bytes() || !Digests.ofFile(target).equals(file.sha256())) {
      throw new IOException(
          "%s was fetched but its content is not what its owner listed: try again"
              .formatted(file.name()));
    }
  }

  private static Path inside(Path folder, String name) throws IOException {
    try {
      Path target = folder.resolve(name).normalize();
      if (target.startsWith(folder) && !target.equals(folder) && !name.contains("\\")) {
        return target;
      }
    } catch (InvalidPathException e) {
      throw new IOException("'" + name + "' is no name of a package's file.", e);
    }
    throw new IOException("'" + name + "' would lie outside the package's folder.");
  }

  private Path folder(String digest) throws IOException {
    if (!DIGEST.matcher(digest).matches()) {
      throw new IOException("'" + digest + "' is no digest of a package.");
    }
    return packages.resolve(digest);
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
