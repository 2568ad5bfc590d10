package dev.penstock.model.repository;

import dev.penstock.config.PlainWords;
import dev.penstock.config.StartupException;
import dev.penstock.model.ModelIds;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelRepository;
import dev.penstock.model.layout.PackageSource;
import dev.penstock.model.repository.FolderScan.Candidate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The packages found in folders. What cannot be served is refused with a reason and the rest is
 * served. {@link #refresh} takes in what has changed since; look-ups see all of a refresh or
 * nothing of it.
 */
public final class FolderRepository implements ModelRepository {
  private final List<Path> folders;

  /** Held while what is new is read and hashed, which takes as long as its files are large. */
  private final Object reading = new Object();

  /** Each is another map that nobody changes; set while reading. */
  private volatile Map<Path, Known> known = Map.of();

  /** What the last look saw; guarded by reading. */
  private Map<Path, Candidate> seen = Map.of();

  private volatile RepositoryContent content = RepositoryContent.EMPTY;

  /** A candidate as it was when it was read, and what came of it. */
  private record Known(Candidate candidate, RepositoryContent.Entry entry) {
    /** Whether looking again would find the same. */
    boolean holdsFor(Candidate now) {
      // What is served stays while its folder cannot be looked at for a while.
      return (entry.served() != null && now.unreadable() != null)
          || (entry.readable() && candidate.equals(now));
    }
  }

  private FolderRepository(List<Path> folders) {
    this.folders = List.copyOf(folders);
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
      repository.take(repository.look(), true);
    } catch (UncheckedIOException e) {
      throw new StartupException(String.valueOf(e.getMessage()), e);
    }
    return repository;
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
    return take(look(), false);
  }

  private Map<Path, Candidate> look() {
    var found = new LinkedHashMap<Path, Candidate>();
    for (Path folder : folders) {
      try {
        FolderScan.of(folder).forEach(candidate -> found.put(candidate.path(), candidate));
      } catch (IOException e) {
        throw new UncheckedIOException(
            "Cannot read the directory of models " + folder + ": " + PlainWords.of(e), e);
      }
    }
    return found;
  }

  private boolean take(Map<Path, Candidate> now, boolean atOnce) {
    synchronized (reading) {
      return takeIn(now, atOnce);
    }
  }

  private boolean takeIn(Map<Path, Candidate> now, boolean atOnce) {
    var next = new LinkedHashMap<Path, Known>();
    now.forEach(
        (path, candidate) -> {
          Known before = known.get(path);
          if (before != null && before.holdsFor(candidate)) {
            next.put(path, before);
          } else if (atOnce || candidate.equals(seen.get(path))) {
            next.put(path, new Known(candidate, RepositoryContent.read(candidate)));
          } else if (before != null) {
            next.put(path, before);
          }
        });
    known.forEach(
        (path, before) -> {
          boolean hidden = isUnreadable(now.get(path.getParent()));
          if (!now.containsKey(path) && (seen.containsKey(path) || hidden)) {
            next.put(path, before); // gone for one look only: it may be on its way back
          }
        });
    seen = Map.copyOf(now);
    if (next.equals(known)) {
      return false;
    }
    known = next;
    List<RepositoryContent.Entry> entries = new ArrayList<>();
    next.values().forEach(one -> entries.add(one.entry));
    content = RepositoryContent.of(entries, content.revision() + 1);
    return true;
  }

  private static boolean isUnreadable(@Nullable Candidate candidate) {
    return candidate != null && candidate.unreadable() != null;
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
  public long revision() {
    return content.revision();
  }

  @Override
  public boolean isIntact(ModelPackage modelPackage) {
    return known.values().stream()
        .filter(one -> modelPackage.equals(one.entry.served()))
        .anyMatch(one -> isUnchanged(one.candidate));
  }

  private static boolean isUnchanged(Candidate candidate) {
    try {
      return candidate.source().stamps().equals(candidate.stamps());
    } catch (IOException e) {
      return false; // what cannot be looked at cannot be relied on
    }
  }
}
