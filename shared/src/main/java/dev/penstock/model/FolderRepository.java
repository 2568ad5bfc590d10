package dev.penstock.model;

import dev.penstock.config.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The packages found in folders at one moment: {@code dataset/version/} below each of them. What
 * cannot be served is refused with a reason and the rest is served.
 */
public final class FolderRepository implements ModelRepository {
  private final SortedMap<String, ModelPackage> byId;
  private final Map<String, ModelPackage> byDigest;
  private final List<Refusal> refusals;

  private FolderRepository(SortedMap<String, ModelPackage> byId, List<Refusal> refusals) {
    this.byId = Collections.unmodifiableSortedMap(byId);
    this.refusals = List.copyOf(refusals);
    this.byDigest = new HashMap<>();
    byId.values().forEach(found -> byDigest.putIfAbsent(found.digest(), found));
  }

  /**
   * Reads the folders once. When two of them hold the same id, the first one wins.
   *
   * @throws StartupException when one of them is no folder of packages
   */
  public static FolderRepository open(List<Path> folders) {
    var byId = new TreeMap<String, ModelPackage>();
    var refusals = new ArrayList<Refusal>();
    for (Path folder : folders) {
      if (!Files.isDirectory(folder)) {
        throw new StartupException(
            "No such directory of models: " + folder + ". Create it or give another one.");
      }
      if (Files.exists(folder.resolve(PackageReader.MODEL_CONFIG))) {
        throw new StartupException(
            folder
                + " is itself a model package. Give the directory that holds <dataset>/<version>"
                + " directories.");
      }
      try {
        new FolderScan(folder, byId, refusals).run();
      } catch (IOException e) {
        throw new StartupException("Cannot read the directory of models " + folder + ": " + e, e);
      }
    }
    return new FolderRepository(byId, refusals);
  }

  @Override
  public @Nullable ModelPackage find(String modelId) {
    String id = ModelIds.canonical(modelId);
    return id == null ? null : byId.get(id);
  }

  @Override
  public @Nullable ModelPackage byDigest(String digest) {
    return byDigest.get(digest);
  }

  @Override
  public Collection<ModelPackage> all() {
    return byId.values();
  }

  @Override
  public List<Refusal> refusals() {
    return refusals;
  }

  /** One pass over one folder. */
  private record FolderScan(
      Path root, SortedMap<String, ModelPackage> found, List<Refusal> refusals) {
    void run() throws IOException {
      for (Path dataset : entries(root)) {
        String name = dataset.getFileName().toString();
        if (Files.isDirectory(dataset)) {
          dataset(name, dataset);
        } else if (name.endsWith(".onnx")) {
          String stem = name.substring(0, name.length() - ".onnx".length());
          refuse(
              stem,
              "%s is a bare ONNX file: put it into %s/1/ as weights.onnx, beside the files that"
                      .formatted(dataset, stem)
                  + " describe it");
        }
      }
    }

    private void dataset(String name, Path dataset) throws IOException {
      List<Path> versions = entries(dataset).stream().filter(Files::isDirectory).toList();
      if (versions.isEmpty()) {
        refuse(
            name,
            "%s has no version directory: a model lies in <dataset>/<version>/, for example %s/1/"
                .formatted(dataset, name));
      }
      for (Path version : versions) {
        String spelling = name + "/" + version.getFileName();
        String id = ModelIds.canonical(spelling);
        try {
          add(PackageReader.read(id == null ? spelling : id, version));
        } catch (PackageException e) {
          refuse(id == null ? spelling : id, e.getMessage());
        } catch (IOException e) {
          refuse(id == null ? spelling : id, "cannot be read, check its permissions: " + e);
        }
      }
    }

    private void add(ModelPackage candidate) {
      ModelPackage first = found.putIfAbsent(candidate.id(), candidate);
      if (first != null && !first.digest().equals(candidate.digest())) {
        refuse(
            candidate.id(),
            "%s is hidden by the package of the same id in %s: rename one of them"
                .formatted(candidate.folder(), first.folder()));
      }
    }

    private void refuse(String id, @Nullable String reason) {
      refusals.add(new Refusal(id, String.valueOf(reason)));
    }

    /** Hidden entries are other programs' business. */
    private static List<Path> entries(Path folder) throws IOException {
      try (Stream<Path> entries = Files.list(folder)) {
        return entries
            .filter(path -> !path.getFileName().toString().startsWith("."))
            .sorted()
            .toList();
      }
    }
  }
}
