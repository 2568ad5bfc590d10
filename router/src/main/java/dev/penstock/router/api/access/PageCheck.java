package dev.penstock.router.api.access;

import dev.penstock.router.api.exchange.ApiException;
import dev.penstock.router.api.exchange.BodyReader;
import dev.penstock.router.api.exchange.Exchange;
import dev.penstock.router.api.exchange.PageGuard;
import io.vertx.ext.web.RoutingContext;

/**
 * Stands before every route that changes what the router serves.
 *
 * @param pages who may not
 * @param bodies drops the bodies of refused requests
 */
public record PageCheck(PageGuard pages, BodyReader bodies) {

  /** Lets pass what comes from no foreign web page. */
  public void change(RoutingContext routing) {
    Exchange exchange = Exchange.of(routing).route("model");
    try {
      pages.requireOwn(exchange.request());
    } catch (ApiException refused) {
      bodies.drop(exchange);
      exchange.fail(refused);
      return;
    }
    routing.next();
  }
}
