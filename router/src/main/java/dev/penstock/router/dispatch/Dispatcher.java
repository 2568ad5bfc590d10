package dev.penstock.router.dispatch;

import dev.penstock.model.ModelPackage;
import dev.penstock.router.admission.Caller;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way from an admitted request to its one answer. All methods may be called on any thread and
 * never block.
 */
public interface Dispatcher {
  /**
   * Why a request would be refused now whatever it turns out to be; empty when that is not clear
   * yet. Costs microseconds.
   *
   * @param caller null when it is not known yet
   * @param remainingNanos until its deadline
   */
  Optional<Admission.Refused> refusal(@Nullable Caller caller, long remainingNanos);

  /**
   * Admits all jobs of a request or none.
   *
   * @param listener called once on a thread of the dispatcher's choice with the outcome of an
   *     admitted request; must not block
   */
  Admission admit(InferenceRequest request, Consumer<InferenceOutcome> listener);

  /** Whether a warm worker can be reached and this router is not leaving. */
  boolean ready();

  /**
   * Makes a worker load the model, if none has it.
   *
   * @return how long the load took in nanoseconds, 0 when some worker had it; fails with a {@link
   *     LoadFailure} when no worker can load it or there is none
   */
  Future<Long> load(ModelPackage model);

  /** Tells every worker to forget the model. */
  void unload(ModelPackage model);

  /** Digests of the packages that some live worker has loaded. */
  Set<String> residentDigests();

  /** Jobs admitted and not answered. */
  int inFlight();

  /** What {@code /status} shows: members {@code routers}, {@code workers}, {@code queues}. */
  JsonObject status();

  /**
   * Why a model could not be loaded; the message is for the client. Expected, so it carries no
   * stack trace.
   */
  final class LoadFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean noWorker;

    public LoadFailure(boolean noWorker, String message) {
      super(message, null, false, false);
      this.noWorker = noWorker;
    }

    /** Whether there was no worker to ask (503), rather than a worker that said why (500). */
    public boolean noWorker() {
      return noWorker;
    }
  }
}
