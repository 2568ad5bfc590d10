package dev.penstock.router.api;

import dev.penstock.router.admission.Caller;
import dev.penstock.router.admission.keys.Grant;
import dev.penstock.router.api.exchange.ApiException;
import dev.penstock.router.api.exchange.BodyReader;
import dev.penstock.router.api.exchange.Exchange;
import dev.penstock.router.dispatch.Dispatcher;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Where requests for predictions come in: what can be refused when the head is there is refused
 * then, before its body comes. From here on a request is answered by its deadline; after its
 * admission the dispatcher sees to that.
 */
record Intake(BodyReader bodies, Dispatcher dispatcher) {

  /** The body. Fails with the exception to answer with. */
  Future<byte[]> read(Exchange exchange) {
    // Who has no key in the head may have one in the body.
    Grant grant = exchange.grantIfDecided();
    Caller caller = grant == null ? null : grant.caller();
    try {
      exchange.deadline().read();
      if (caller != null) {
        exchange.payload().assign(caller);
      }
      Optional<ApiException> refusal =
          dispatcher
              .refusal(caller, exchange.deadline().remainingNanos())
              .map(FailureAnswer::refused)
              .map(ApiException::new);
      if (refusal.isPresent()) {
        return bodies.refuse(exchange, refusal.get());
      }
    } catch (ApiException nonsense) {
      return bodies.refuse(exchange, nonsense);
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
