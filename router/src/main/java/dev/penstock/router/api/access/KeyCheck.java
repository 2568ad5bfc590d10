package dev.penstock.router.api.access;

import dev.penstock.router.admission.keys.Access;
import dev.penstock.router.admission.keys.Grant;
import dev.penstock.router.admission.keys.Quota;
import dev.penstock.router.api.exchange.ApiException;
import dev.penstock.router.api.exchange.BodyReader;
import dev.penstock.router.api.exchange.BodyWork;
import dev.penstock.router.api.exchange.Exchange;
import dev.penstock.router.api.parameters.JsonBody;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decides about a request by its key: the one in the query, else in the header, else, where a route
 * says so, in the JSON body. Refuses before the body is read when it can.
 *
 * @param access who may do what
 * @param bodies drops bodies of those who may not
 * @param work where large bodies are parsed
 */
public record KeyCheck(Access access, BodyReader bodies, BodyWork work) {

  /** Lets pass whoever has a key in query or header. */
  public Handler<RoutingContext> known(String route) {
    return routing -> decide(routing, route, grant -> {});
  }

  /** Lets pass administrators with their key in query or header. */
  public Handler<RoutingContext> admin(String route) {
    return routing -> decide(routing, route, KeyCheck::requireAdmin);
  }

  /**
   * Lets pass a request for one image whose key is in query or header, and counts it.
   *
   * @param model canonical id of the model that a request asks for
   */
  public Handler<RoutingContext> oneImage(String route, Function<RoutingContext, String> model) {
    return routing ->
        decide(
            routing,
            route,
            grant -> {
              requireModel(grant, model.apply(routing));
              count(grant, 1);
            });
  }

  /**
   * Lets pass who has a key in query or header, or none there: then {@link #body} decides. What is
   * beyond its rate already is refused here.
   */
  public Handler<RoutingContext> knownByBody(String route) {
    return routing -> decideLater(routing, route, KeyCheck::requireRate);
  }

  /** Lets pass administrators, and who has no key here: then {@link #adminBody} decides. */
  public Handler<RoutingContext> adminByBody(String route) {
    return routing -> decideLater(routing, route, KeyCheck::requireAdmin);
  }

  /**
   * Reads a JSON body, which may hold the key.
   *
   * @param parse what is read of it, after the key was found good
   * @return fails with an {@link ApiException}
   */
  public <T> Future<T> body(Exchange exchange, byte[] body, Function<JsonObject, T> parse) {
    return body(exchange, body, grant -> {}, parse);
  }

  /** As {@link #body}, for administrators. */
  public <T> Future<T> adminBody(Exchange exchange, byte[] body, Function<JsonObject, T> parse) {
    return body(exchange, body, KeyCheck::requireAdmin, parse);
  }

  private <T> Future<T> body(
      Exchange exchange, byte[] body, Consumer<Grant> rule, Function<JsonObject, T> parse) {
    Grant known = exchange.grantIfDecided();
    return work.run(
            exchange,
            body.length,
            () -> {
              JsonBody.Reading json = json(known, body);
              Grant grant = known == null ? grant(PresentedKey.in(json.json())) : known;
              return new Read<>(grant, parsed(json, grant, rule, parse));
            })
        .compose(
            read -> {
              // Also when it is refused: the log says whose request that was.
              exchange.grant(read.grant);
              return read.result;
            });
  }

  private record Read<T>(Grant grant, Future<T> result) {}

  private static <T> Future<T> parsed(
      JsonBody.Reading json, Grant grant, Consumer<Grant> rule, Function<JsonObject, T> parse) {
    try {
      rule.accept(grant);
      T parsed = parse.apply(json.json());
      json.requireWhole();
      return Future.succeededFuture(parsed);
    } catch (ApiException refused) {
      return Future.failedFuture(refused);
    }
  }

  /**
   * Counts a request against the rate limit of its key.
   *
   * @throws ApiException with status 429 when it came too early, 413 when it can never pass
   */
  public static void count(Exchange exchange, int images) {
    count(exchange.grant(), images);
  }

  /**
   * Sees to it that a request may ask for a model.
   *
   * @param modelId canonical id of the model
   * @throws ApiException with status 401 when it may not
   */
  public static void requireModel(Exchange exchange, String modelId) {
    requireModel(exchange.grant(), modelId);
  }

  private static void requireModel(Grant grant, String modelId) {
    if (!grant.models().allow(modelId)) {
      throw Refusals.otherModels();
    }
  }

  private static void count(Grant grant, int images) {
    Quota quota = grant.quota();
    if (!quota.fits(images)) {
      throw Refusals.tooMany(quota, images);
    }
    requireNow(quota, quota.take(images));
  }

  private static void requireRate(Grant grant) {
    requireNow(grant.quota(), grant.quota().waitNanos());
  }

  private static void requireNow(Quota quota, long waitNanos) {
    if (waitNanos > 0) {
      throw Refusals.tooOften(quota, waitNanos);
    }
  }

  private static void requireAdmin(Grant grant) {
    if (!grant.admin()) {
      throw Refusals.notAdmin();
    }
  }

  private void decideLater(RoutingContext routing, String route, Consumer<Grant> rule) {
    decide(routing, route, rule, true);
  }

  private void decide(RoutingContext routing, String route, Consumer<Grant> rule) {
    decide(routing, route, rule, false);
  }

  /**
   * @param later whether the body decides when there is no key here
   */
  private void decide(RoutingContext routing, String route, Consumer<Grant> rule, boolean later) {
    Exchange exchange = Exchange.of(routing).route(route);
    try {
      String key = PresentedKey.inHead(exchange);
      if (key != null || !later) {
        Grant grant = grant(key);
        exchange.grant(grant);
        rule.accept(grant);
      }
    } catch (ApiException refused) {
      bodies.drop(exchange);
      exchange.fail(refused);
      return;
    }
    routing.next();
  }

  private Grant grant(@Nullable String key) {
    Grant grant = access.of(key);
    if (grant == null) {
      throw Refusals.unauthorized();
    }
    return grant;
  }

  /** A body that is no JSON has no key: where one is needed, that is said first. */
  private JsonBody.Reading json(@Nullable Grant known, byte[] body) {
    try {
      return JsonBody.parse(body);
    } catch (ApiException unreadable) {
      if (known == null) {
        var unused = grant(null);
      }
      throw unreadable;
    }
  }
}
