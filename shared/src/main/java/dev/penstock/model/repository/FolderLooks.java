package dev.penstock.model.repository;

import dev.penstock.config.PlainWords;
import dev.penstock.model.repository.FolderScan.Candidate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks into folders of models again and again. Remembers what it saw of each of their entries, so
 * that a look may be at a few of them. Not thread-safe.
 */
final class FolderLooks {
  private final List<Path> roots;

  /** What was seen of each root, by its entries. */
  private final Map<Path, Map<Path, List<Candidate>>> seen = new HashMap<>();

  /** Which folder a root was when something lay in it. */
  private final Map<Path, String> identities = new HashMap<>();

  private final Map<Path, List<String>> tensors = new HashMap<>();

  FolderLooks(List<Path> roots) {
    this.roots = List.copyOf(roots);
  }

  /** From now on the stamps of these files belong to what lies at a path. */
  void tensors(Path candidate, List<String> names) {
    tensors.put(candidate, List.copyOf(names));
  }

  private List<String> tensorsOf(Path candidate) {
    return tensors.getOrDefault(candidate, List.of());
  }

  /** The entry of a root through which a path is reached. */
  Path entryOf(Path path) {
    for (Path root : roots) {
      if (path.startsWith(root) && !path.equals(root)) {
        return root.resolve(root.relativize(path).getName(0));
      }
    }
    return path;
  }

  /** Looks at everything. */
  Map<Path, Candidate> look() {
    return look(null);
  }

  /**
   * Looks at some entries, and for new ones.
   *
   * @param touched the entries, or null for all
   * @throws UncheckedIOException when a root cannot be read; nothing is remembered of this look
   */
  Map<Path, Candidate> look(@Nullable Set<Path> touched) {
    Map<Path, Map<Path, List<Candidate>>> now = new LinkedHashMap<>();
    for (Path root : roots) {
      try {
        now.put(root, look(root, touched));
      } catch (IOException e) {
        throw new UncheckedIOException(
            "Cannot read the directory of models " + root + ": " + PlainWords.of(e), e);
      }
    }
    seen.putAll(now);
    var found = new LinkedHashMap<Path, Candidate>();
    now.values()
        .forEach(
            entries ->
                entries
                    .values()
                    .forEach(
                        candidates ->
                            candidates.forEach(
                                candidate -> found.put(candidate.path(), candidate))));
    tensors.keySet().retainAll(found.keySet());
    return found;
  }

  private Map<Path, List<Candidate>> look(Path root, @Nullable Set<Path> touched)
      throws IOException {
    Map<Path, List<Candidate>> before = seen.getOrDefault(root, Map.of());
    List<Path> entries = FolderScan.entries(root);
    checkItIsThere(root, entries.isEmpty());
    var now = new LinkedHashMap<Path, List<Candidate>>();
    for (Path entry : entries) {
      List<Candidate> known = touched == null || touched.contains(entry) ? null : before.get(entry);
      now.put(
          entry,
          Objects.requireNonNullElseGet(known, () -> FolderScan.of(root, entry, this::tensorsOf)));
    }
    return now;
  }

  /**
   * Where a file system was mounted lies, when it is gone, another folder with nothing in it. That
   * takes no model away; removing them from the folder itself does.
   */
  private void checkItIsThere(Path root, boolean isEmpty) throws IOException {
    Object key = Files.readAttributes(root, BasicFileAttributes.class).fileKey();
    String identity = String.valueOf(key);
    String before = identities.get(root);
    if (!isEmpty) {
      identities.put(root, identity);
    } else if (before != null && !before.equals(identity)) {
      throw new IOException(
          "it is empty and another folder than before; is its file system mounted?");
    }
  }
}
