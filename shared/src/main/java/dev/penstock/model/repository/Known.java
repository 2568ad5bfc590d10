package dev.penstock.model.repository;

import dev.penstock.model.repository.FolderScan.Candidate;
import dev.penstock.model.repository.RepositoryContent.Entry;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What came of a candidate.
 *
 * @param candidate as it was when it was read last
 * @param origin as it was when what is served was read, or null when nothing is
 */
record Known(Candidate candidate, @Nullable Candidate origin, Entry entry) {
  /** What was served stays when its successor cannot be. */
  static Known of(@Nullable Known before, Candidate candidate, Entry entry) {
    if (entry.served() == null && before != null && before.entry.served() != null) {
      return new Known(
          candidate,
          before.origin,
          new Entry(before.entry.served(), entry.refusal(), entry.readable()));
    }
    return new Known(candidate, entry.served() == null ? null : candidate, entry);
  }

  /** Whether looking again would find the same. */
  boolean holdsFor(Candidate now) {
    return entry.readable() && candidate.equals(now);
  }

  /** The files that are served are back. */
  Known restored() {
    return origin == null ? this : new Known(origin, origin, new Entry(entry.served(), null, true));
  }

  static boolean isUnchanged(Candidate candidate) {
    try {
      return candidate.source().stamps(candidate.tensors()).equals(candidate.stamps());
    } catch (IOException e) {
      return false; // what cannot be looked at cannot be relied on
    }
  }
}
