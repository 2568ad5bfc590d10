package dev.penstock.router.api.access;

import dev.penstock.router.admission.Priority;
import dev.penstock.router.api.exchange.ApiException;
import dev.penstock.router.api.exchange.BodyReader;
import dev.penstock.router.api.exchange.Exchange;
import io.vertx.ext.web.RoutingContext;

/**
 * Reads {@code X-Priority}: how urgent a request is among those of its key. What it cannot be is
 * refused before the body is read, rather than treated as something the client did not ask for.
 *
 * @param bodies drops the bodies of refused requests
 */
public record PriorityHeader(BodyReader bodies) {
  static final String NAME = "X-Priority";
  private static final int MOST_SHOWN = 32;

  /** Lets pass whoever says nothing, or what there is. */
  public void read(RoutingContext routing) {
    Exchange exchange = Exchange.of(routing);
    String value = exchange.request().getHeader(NAME);
    if (value != null) {
      var priority = Priority.of(value.strip());
      if (priority.isEmpty()) {
        bodies.drop(exchange);
        exchange.fail(unknown(value));
        return;
      }
      exchange.priority(priority.get());
    }
    routing.next();
  }

  private static ApiException unknown(String value) {
    String printable = value.replaceAll("[^\\x20-\\x7e]", "?");
    String shown =
        printable.length() <= MOST_SHOWN ? printable : printable.substring(0, MOST_SHOWN) + "...";
    return ApiException.message(
        400,
        "%s is '%s': send high, normal or low, or leave it out for normal.".formatted(NAME, shown));
  }
}
