package dev.penstock.router.api;

import dev.penstock.model.ModelPackage;
import dev.penstock.router.admission.Caller;
import dev.penstock.router.admission.Line;
import dev.penstock.router.admission.keys.Grant;
import dev.penstock.router.api.exchange.ApiException;
import dev.penstock.router.api.exchange.BodyReader;
import dev.penstock.router.api.exchange.Exchange;
import dev.penstock.router.dispatch.Admission;
import dev.penstock.router.dispatch.Dispatcher;
import io.vertx.core.Future;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where requests for predictions come in: what can be refused when the head is there is refused
 * then, before its body comes. From here on a request is answered by its deadline; after its
 * admission the dispatcher sees to that.
 */
record Intake(BodyReader bodies, Dispatcher dispatcher) {

  /**
   * The body. Fails with the exception to answer with.
   *
   * @param model what is asked for, null when the body says it or nobody knows it
   */
  Future<byte[]> read(Exchange exchange, @Nullable ModelPackage model) {
    try {
      exchange.deadline().read();
    } catch (ApiException nonsense) {
      return bodies.refuse(exchange, nonsense);
    }
    // Who has no key in the head may have one in the body.
    Grant grant = exchange.grantIfDecided();
    Caller caller = grant == null ? null : grant.caller();
    if (caller != null) {
      exchange.payload().assign(caller);
    }
    if (!bodies.isTooLarge(exchange)) {
      var line = new Line(caller, exchange.priority(), model == null ? null : model.digest());
      Optional<Admission.Refused> refused =
          dispatcher.refusal(line, exchange.deadline().remainingNanos());
      if (refused.isPresent()) {
        return bodies.refuse(exchange, new ApiException(FailureAnswer.refused(refused.get())));
      }
    }
    return bodies
        .read(exchange)
        .map(
            body -> {
              exchange.deadline().keep();
              return body;
            });
  }
}
