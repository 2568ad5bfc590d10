package dev.penstock.model.repository;

import dev.penstock.config.StartupException;
import dev.penstock.model.ModelIds;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelRepository;
import dev.penstock.model.layout.PackageReader;
import dev.penstock.model.layout.PackageSource;
import dev.penstock.model.repository.FolderScan.Candidate;
import dev.penstock.model.repository.RepositoryContent.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The packages found in folders. What cannot be served is refused with a reason and the rest is
 * served. {@link #refresh} takes in what has changed since; look-ups see all of a refresh or
 * nothing of it.
 *
 * <p>INVARIANT: an id that is served stays served while anything lies in its place. What is no
 * package that can be served replaces none: the one before is served on, by those who have it, and
 * {@link #heldUp} says why.
 */
public final class FolderRepository implements ModelRepository {
  private final List<Path> folders;

  /** Held while what is new is read and hashed, which takes as long as its files are large. */
  private final Object reading = new Object();

  /** Guarded by reading. */
  private final FolderLooks looks;

  /** Each is another map that nobody changes; set while reading. */
  private volatile Map<Path, Known> known = Map.of();

  /** What the last look saw; guarded by reading. */
  private Map<Path, Candidate> seen = Map.of();

  /** Entries of the folders that are to be looked at again; guarded by reading. */
  private Set<Path> unsettled = Set.of();

  private volatile RepositoryContent content = RepositoryContent.EMPTY;

  private FolderRepository(List<Path> folders) {
    this.folders = List.copyOf(folders);
    this.looks = new FolderLooks(folders);
  }

  /**
   * Reads the folders. When two of them hold the same id, the first one wins.
   *
   * @throws StartupException when one of them is no folder of packages
   */
  public static FolderRepository open(List<Path> folders) {
    for (Path folder : folders) {
      if (!Files.isDirectory(folder)) {
        throw new StartupException(
            "No such directory of models: " + folder + ". Create it or give another one.");
      }
      if (PackageSource.isPackage(folder)) {
        throw new StartupException(
            folder
                + " is itself a model package. Give the directory that holds <dataset>/<version>"
                + " directories.");
      }
    }
    var repository = new FolderRepository(folders);
    try {
      repository.open();
    } catch (UncheckedIOException e) {
      throw new StartupException(String.valueOf(e.getMessage()), e);
    }
    return repository;
  }

  private void open() {
    synchronized (reading) {
      take(looks.look(), true);
    }
  }

  List<Path> folders() {
    return folders;
  }

  /**
   * Takes in what was added, replaced or removed. A change counts when two looks have seen the same
   * sizes and times, so that a file which is being written is left alone until it is complete.
   * Reads what is new from disk: not for event loops.
   *
   * @return whether anything has changed
   * @throws UncheckedIOException when a folder cannot be read; what was known stays
   */
  public boolean refresh() {
    synchronized (reading) {
      return take(looks.look(), false);
    }
  }

  /**
   * As {@link #refresh()}, but looks only at what was not settled at the last look, and into some
   * folders.
   *
   * @param touched folders in which something has changed
   */
  boolean refresh(Set<Path> touched) {
    synchronized (reading) {
      var entries = new HashSet<>(unsettled);
      touched.forEach(folder -> entries.add(looks.entryOf(folder)));
      return take(looks.look(entries), false);
    }
  }

  /** Whether another look is needed although nothing more happens. */
  boolean isSettled() {
    synchronized (reading) {
      return unsettled.isEmpty();
    }
  }

  /** Where changes of what is served or may be served can be seen. */
  Set<Path> places() {
    synchronized (reading) {
      var places = new HashSet<>(folders);
      for (Candidate candidate : seen.values()) {
        Path folder = candidate.source().folder();
        places.add(folder);
        places.add(looks.entryOf(folder));
        candidate.tensors().forEach(file -> places.add(folder.resolve(file).getParent()));
      }
      return places;
    }
  }

  private boolean take(Map<Path, Candidate> now, boolean atOnce) {
    var next = new LinkedHashMap<Path, Known>();
    now.forEach(
        (path, candidate) -> {
          Known taken = taken(known.get(path), candidate, atOnce);
          if (taken != null) {
            next.put(path, taken);
          }
        });
    known.forEach(
        (path, before) -> {
          if (!now.containsKey(path) && isMissed(path, before, now, next)) {
            next.put(path, before);
          }
        });
    unsettled = unsettled(now, next);
    seen = Map.copyOf(now);
    if (next.equals(known)) {
      return false;
    }
    known = next;
    List<Entry> entries = new ArrayList<>();
    next.values().forEach(one -> entries.add(one.entry()));
    content = RepositoryContent.of(entries, content.revision() + 1);
    return true;
  }

  /** What is known of a candidate from now on; null when that is nothing yet. */
  private @Nullable Known taken(@Nullable Known before, Candidate candidate, boolean atOnce) {
    if (before != null && before.holdsFor(candidate)) {
      return before;
    } else if (before != null && candidate.equals(before.origin())) {
      return before.restored();
    } else if (!atOnce && !candidate.equals(seen.get(candidate.path()))) {
      return before;
    }
    try {
      return read(before, candidate, atOnce);
    } catch (IOException e) {
      return before; // it is being changed: the next look sees more
    }
  }

  /**
   * Reads a candidate that has not changed for a while.
   *
   * @throws IOException when it has changed after all
   */
  private @Nullable Known read(@Nullable Known before, Candidate candidate, boolean atOnce)
      throws IOException {
    Candidate current = candidate;
    if (candidate.unreadable() == null) {
      List<String> tensors = tensorNames(candidate);
      if (!tensors.equals(candidate.tensors())) {
        // Files that were not watched until now may still be growing.
        looks.tensors(candidate.path(), tensors);
        if (!atOnce) {
          return before;
        }
        current = candidate.now(tensors);
      }
    }
    Entry entry = RepositoryContent.read(current);
    if (entry.served() != null && !Known.isUnchanged(current)) {
      throw new IOException(current.path() + " was changed while it was read");
    }
    return Known.of(before, current, entry);
  }

  private static List<String> tensorNames(Candidate candidate) {
    try {
      return PackageReader.tensorNames(candidate.source());
    } catch (IOException | RuntimeException e) {
      return candidate.tensors(); // reading it says why
    }
  }

  /** Whether what is no longer seen may be on its way back, or its successor on its way. */
  private boolean isMissed(
      Path path, Known before, Map<Path, Candidate> now, Map<Path, Known> next) {
    if (seen.containsKey(path)) {
      return true; // gone for one look only
    }
    Candidate above = now.get(path.getParent());
    if (above != null && above.unreadable() != null) {
      return true;
    }
    ModelPackage served = before.entry().served();
    if (served == null) {
      return false;
    }
    boolean succeeded =
        next.values().stream()
            .map(one -> one.entry().served())
            .anyMatch(other -> other != null && other.id().equals(served.id()));
    return !succeeded
        && now.values().stream()
            .anyMatch(other -> served.id().equals(ModelIds.canonical(other.spelling())));
  }

  private Set<Path> unsettled(Map<Path, Candidate> now, Map<Path, Known> next) {
    Set<Path> again =
        now.values().stream()
            .filter(
                candidate -> {
                  Known one = next.get(candidate.path());
                  return one == null || !one.holdsFor(candidate);
                })
            .map(candidate -> looks.entryOf(candidate.path()))
            .collect(Collectors.toSet());
    next.keySet().stream()
        .filter(path -> !now.containsKey(path))
        .forEach(path -> again.add(looks.entryOf(path)));
    return again;
  }

  @Override
  public @Nullable ModelPackage find(String modelId) {
    String id = ModelIds.canonical(modelId);
    return id == null ? null : content.byId().get(id);
  }

  @Override
  public @Nullable ModelPackage byDigest(String digest) {
    return content.byDigest().get(digest);
  }

  @Override
  public Collection<ModelPackage> all() {
    return content.byId().values();
  }

  @Override
  public List<Refusal> refusals() {
    return content.refusals();
  }

  @Override
  public List<Refusal> heldUp() {
    return content.heldUp();
  }

  @Override
  public long revision() {
    return content.revision();
  }

  @Override
  public boolean isIntact(ModelPackage modelPackage) {
    return known.values().stream()
        .filter(one -> modelPackage.equals(one.entry().served()))
        .anyMatch(one -> one.origin() != null && Known.isUnchanged(one.origin()));
  }
}
