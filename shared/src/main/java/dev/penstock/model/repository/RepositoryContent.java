package dev.penstock.model.repository;

import dev.penstock.config.PlainWords;
import dev.penstock.model.ModelIds;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelRepository.Refusal;
import dev.penstock.model.PackageException;
import dev.penstock.model.layout.PackageReader;
import dev.penstock.model.repository.FolderScan.Candidate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is served and what is refused at one moment.
 *
 * @param heldUp what lies in the place of packages that are served on
 * @param revision grows with each change
 */
record RepositoryContent(
    SortedMap<String, ModelPackage> byId,
    Map<String, ModelPackage> byDigest,
    List<Refusal> refusals,
    List<Refusal> heldUp,
    long revision) {
  static final RepositoryContent EMPTY = of(List.of(), 0);

  /** What can stand in a URL as it is. */
  private static final Pattern ADDRESSABLE = Pattern.compile("[\\x21-\\x7e&&[^/]]+/[\\x21-\\x7e]+");

  RepositoryContent {
    byId = Collections.unmodifiableSortedMap(byId);
    byDigest = Map.copyOf(byDigest);
    refusals = List.copyOf(refusals);
    heldUp = List.copyOf(heldUp);
  }

  /**
   * What came of one candidate: a package or a refusal; both when the package was there before and
   * what lies there now is refused.
   *
   * @param readable false when files could not be read, which can change without a trace in them
   */
  record Entry(@Nullable ModelPackage served, @Nullable Refusal refusal, boolean readable) {}

  /** Reads a candidate from disk. */
  static Entry read(Candidate candidate) {
    String spelling = candidate.spelling();
    String canonical = ModelIds.canonical(spelling);
    String id = canonical == null ? spelling : canonical;
    if (candidate.unreadable() != null) {
      return unreadable(id, candidate.path() + ": " + candidate.unreadable());
    }
    if (id.indexOf('/') < 0) {
      return refused(
          id,
          "%s has no version directory: a model lies in <dataset>/<version>/, for example %s/1/, or"
                  .formatted(candidate.path(), id)
              + " in <dataset>/<version>.onnx");
    }
    if (!isAddressable(id)) {
      return refused(
          id, "a model id has no blanks and only ASCII letters: rename " + candidate.path());
    }
    try {
      return new Entry(PackageReader.read(id, candidate.source()), null, true);
    } catch (PackageException e) {
      return refused(id, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return unreadable(id, PlainWords.of(e));
    } catch (RuntimeException e) {
      // Whatever a file from elsewhere brings about: it must not take the other models with it.
      return refused(
          id,
          "%s is damaged (%s): export or copy it again"
              .formatted(candidate.path(), PlainWords.of(e)));
    }
  }

  static boolean isAddressable(String id) {
    return ADDRESSABLE.matcher(id).matches();
  }

  private static Entry refused(String id, String reason) {
    return new Entry(null, new Refusal(id, reason), true);
  }

  private static Entry unreadable(String id, String cause) {
    return new Entry(
        null, new Refusal(id, "cannot be read, check its permissions: " + cause), false);
  }

  /**
   * @param entries those that win when ids clash come first
   */
  static RepositoryContent of(List<Entry> entries, long revision) {
    var byId = new TreeMap<String, ModelPackage>();
    var byDigest = new HashMap<String, ModelPackage>();
    var refusals = new ArrayList<Refusal>();
    var heldUp = new ArrayList<Refusal>();
    for (Entry entry : entries) {
      ModelPackage served = entry.served();
      if (served == null) {
        refusals.add(Objects.requireNonNull(entry.refusal()));
        continue;
      }
      ModelPackage first = byId.putIfAbsent(served.id(), served);
      if (first == null) {
        if (entry.refusal() != null) {
          heldUp.add(entry.refusal());
        }
        byDigest.putIfAbsent(served.digest(), served);
      } else if (!first.digest().equals(served.digest())) {
        refusals.add(
            new Refusal(
                served.id(),
                "%s is hidden by the package of the same id in %s: rename one of them"
                    .formatted(served.folder(), first.folder())));
      }
    }
    return new RepositoryContent(byId, byDigest, refusals, heldUp, revision);
  }
}
