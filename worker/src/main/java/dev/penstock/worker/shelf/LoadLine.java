package dev.penstock.worker.shelf;

import dev.penstock.cluster.ControlMessage.ModelRef;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is to be loaded, each model once, in the order it was asked for first. Anybody may ask; the
 * order is the loader's.
 */
final class LoadLine {
  private final Map<String, Wanted> wanted = new ConcurrentHashMap<>();
  private final Deque<Wanted> line = new ArrayDeque<>();

  /**
   * Any thread may ask.
   *
   * @param comesIn told of a model that was not asked for yet, to {@link #add} it
   */
  Wanted ask(ModelRef model, Urgency urgency, Consumer<Wanted> comesIn) {
    return wanted.compute(
        model.digest(),
        (digest, there) -> {
          if (there != null) {
            there.askedAgain(urgency);
            return there;
          }
          var fresh = new Wanted(model, urgency);
          comesIn.accept(fresh);
          return fresh;
        });
  }

  /** What is asked for and not over. Any thread. */
  @Nullable Wanted find(String digest) {
    return wanted.get(digest);
  }

  void add(Wanted model) {
    line.add(model);
  }

  @Nullable Wanted first() {
    return line.peek();
  }

  void removeFirst() {
    line.remove();
  }

  /** It was loaded or cannot be: who asks from now on asks anew. */
  void over(Wanted model) {
    wanted.remove(model.ref.digest(), model);
  }

  /** The same, unless somebody has asked more urgently meanwhile. */
  boolean isOver(Wanted model, Urgency urgency) {
    return wanted.computeIfPresent(
            model.ref.digest(), (digest, there) -> there.urgency() == urgency ? null : there)
        == null;
  }
}
