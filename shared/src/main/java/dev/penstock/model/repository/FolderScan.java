package dev.penstock.model.repository;

import dev.penstock.config.PlainWords;
import dev.penstock.model.layout.PackageSource;
import dev.penstock.model.layout.PackageSource.Stamp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One look at what lies in a folder of models, without reading it. Served are {@code
 * dataset/version/} with a package in it, {@code dataset/version.onnx}, and without a version, as
 * version 1, {@code name.onnx} and {@code name/} with a package in it.
 */
final class FolderScan {
  private final Function<Path, List<String>> tensors;
  private final List<Candidate> found = new ArrayList<>();

  private FolderScan(Function<Path, List<String>> tensors) {
    this.tensors = tensors;
  }

  /**
   * Something that may be a package.
   *
   * @param spelling {@code dataset/version} as the names on disk spell it
   * @param tensors names of the files in which its tensors are known to lie
   * @param stamps what its files look like from outside; empty when there is none
   * @param unreadable why it cannot be looked at, or null when it can
   */
  record Candidate(
      String spelling,
      PackageSource source,
      List<String> tensors,
      List<Stamp> stamps,
      @Nullable String unreadable) {
    Candidate {
      tensors = List.copyOf(tensors);
      stamps = List.copyOf(stamps);
    }

    /** Where it is, for people. */
    Path path() {
      String bare = source.bareFile();
      return bare == null ? source.folder() : source.folder().resolve(bare);
    }

    /** As it looks now, with these files of tensors. */
    Candidate now(List<String> files) throws IOException {
      return new Candidate(spelling, source, files, source.stamps(files), null);
    }
  }

  /** In the order of names, so that the first of two that clash is always the same one. */
  static List<Candidate> of(Path root) throws IOException {
    List<Candidate> all = new ArrayList<>();
    for (Path entry : entries(root)) {
      all.addAll(of(root, entry, path -> List.of()));
    }
    return all;
  }

  /**
   * What lies in one entry of a folder of models; nothing when there is no such entry.
   *
   * @param tensors names of the files of tensors of what lies at a path, as far as they are known
   */
  static List<Candidate> of(Path root, Path entry, Function<Path, List<String>> tensors) {
    var scan = new FolderScan(tensors);
    String name = entry.getFileName().toString();
    if (Files.isDirectory(entry)) {
      scan.dataset(name, entry);
    } else if (PackageSource.isOnnx(name) && Files.exists(entry)) {
      scan.add(PackageSource.stem(name) + "/1", new PackageSource(root, name));
    }
    return scan.found;
  }

  private void dataset(String name, Path dataset) {
    if (PackageSource.isPackage(dataset)) {
      add(name + "/1", PackageSource.of(dataset));
      return;
    }
    List<Path> entries;
    try {
      entries = entries(dataset);
    } catch (IOException e) {
      found.add(unreadable(name, PackageSource.of(dataset), e));
      return;
    }
    for (Path entry : entries) {
      String version = entry.getFileName().toString();
      if (Files.isDirectory(entry)) {
        add(name + "/" + version, PackageSource.of(entry));
      } else if (PackageSource.isOnnx(version)) {
        add(name + "/" + PackageSource.stem(version), new PackageSource(dataset, version));
      }
    }
    if (found.isEmpty()) {
      found.add(new Candidate(name, PackageSource.of(dataset), List.of(), List.of(), null));
    }
  }

  private void add(String spelling, PackageSource source) {
    var bare = new Candidate(spelling, source, List.of(), List.of(), null);
    try {
      found.add(bare.now(tensors.apply(bare.path())));
    } catch (NoSuchFileException e) {
      // Removed between two looks: the next one will not see it at all.
      found.add(bare);
    } catch (IOException e) {
      found.add(unreadable(spelling, source, e));
    }
  }

  private static Candidate unreadable(String spelling, PackageSource source, IOException e) {
    return new Candidate(spelling, source, List.of(), List.of(), PlainWords.of(e));
  }

  /** Hidden entries are other programs' business. */
  static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(path -> !path.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
