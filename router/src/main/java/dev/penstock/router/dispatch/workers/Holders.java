package dev.penstock.router.dispatch.workers;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which workers have a package in memory, found by package. Guarded by the {@link WorkerRegistry}.
 */
final class Holders {
  private final Map<String, Set<WorkerSession>> byDigest = new HashMap<>();

  /** A worker has what its session says. */
  void add(WorkerSession session) {
    session
        .residents
        .keySet()
        .forEach(
            digest -> byDigest.computeIfAbsent(digest, key -> new LinkedHashSet<>()).add(session));
  }

  /** It no longer has, or is gone; before its session says otherwise. */
  void remove(WorkerSession session) {
    session
        .residents
        .keySet()
        .forEach(
            digest ->
                byDigest.computeIfPresent(
                    digest,
                    (key, holders) ->
                        holders.remove(session) && holders.isEmpty() ? null : holders));
  }

  /** Those who have it. */
  Stream<WorkerSession> of(String digest) {
    return byDigest.getOrDefault(digest, Set.of()).stream();
  }

  /** The packages that somebody has of whom that is true. */
  Set<String> digests(Predicate<WorkerSession> who) {
    var digests = new HashSet<String>();
    byDigest.forEach(
        (digest, holders) -> {
          if (holders.stream().anyMatch(who)) {
            digests.add(digest);
          }
        });
    return digests;
  }
}
