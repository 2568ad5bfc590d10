package dev.penstock.router.dispatch.workers;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.router.dispatch.Dispatcher;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who waits for a model to be loaded. Thread-safe. */
public final class LoadWaiters {
  private final Map<ModelRef, List<Promise<Long>>> waiters = new HashMap<>();

  /** Completes with nanoseconds of loading when some worker has the model. */
  public synchronized Future<Long> await(ModelRef model) {
    Promise<Long> promise = Promise.promise();
    waiters.computeIfAbsent(model, ref -> new ArrayList<>()).add(promise);
    return promise.future();
  }

  /** What is waited for. */
  public synchronized Set<ModelRef> waiting() {
    return Set.copyOf(waiters.keySet());
  }

  /** Some worker has the package now; it took that long to load. */
  public void loaded(String digest, long nanos) {
    take(digest).forEach(promise -> promise.complete(nanos));
  }

  /** Nobody can load the package. */
  public void failed(String digest, Dispatcher.LoadFailure failure) {
    take(digest).forEach(promise -> promise.fail(failure));
  }

  private synchronized List<Promise<Long>> take(String digest) {
    var taken = new ArrayList<Promise<Long>>();
    waiters
        .entrySet()
        .removeIf(
            entry -> entry.getKey().digest().equals(digest) && taken.addAll(entry.getValue()));
    return taken;
  }
}
