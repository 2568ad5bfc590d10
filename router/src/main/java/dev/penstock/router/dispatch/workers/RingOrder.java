package dev.penstock.router.dispatch.workers;

import static java.util.Objects.requireNonNull;

import dev.penstock.cluster.ControlMessage.Want;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The workers that want a ring, by what they want and by when they were rung last. Guarded by the
 * {@link WorkerRegistry}.
 */
final class RingOrder {
  private final Map<Want, Set<WorkerSession>> wanting = new EnumMap<>(Want.class);

  RingOrder() {
    for (Want want : Want.values()) {
      wanting.put(
          want,
          new TreeSet<>(
              Comparator.comparingLong((WorkerSession session) -> session.lastRing)
                  .thenComparing(session -> session.hello.instance())));
    }
  }

  /** Changes a session that may stand here: it leaves its old place and takes its new one. */
  void move(WorkerSession session, Runnable change) {
    remove(session);
    change.run();
    if (session.want() != Want.NOTHING) {
      of(session.want()).add(session);
    }
  }

  /** It is gone. */
  void remove(WorkerSession session) {
    of(session.want()).remove(session);
  }

  /** Who was rung longest ago of those that may be. */
  Optional<WorkerSession> first(Want want, Predicate<WorkerSession> may) {
    return of(want).stream().filter(may).findFirst();
  }

  private Set<WorkerSession> of(Want want) {
    return requireNonNull(wanting.get(want));
  }
}
