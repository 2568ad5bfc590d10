package dev.penstock.router.api;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.HEAD;
import static io.vertx.core.http.HttpMethod.POST;

import dev.penstock.router.api.access.KeyCheck;
import dev.penstock.router.api.access.PageCheck;
import dev.penstock.router.api.access.PriorityHeader;
import dev.penstock.router.api.exchange.Answer;
import dev.penstock.router.api.exchange.Exchange;
import dev.penstock.router.api.exchange.ExchangeServices;
import dev.penstock.router.api.parameters.InferenceTask;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which endpoint takes which path, in the one order that matters: the exchange begins first, so
 * that every answer has its headers; named routes come before the two-segment catch-all, which a
 * named path with another method falls through to; what is left is unknown.
 */
record ApiRoutes(
    ExchangeServices services,
    KeyCheck keys,
    PageCheck pages,
    PriorityHeader priorities,
    ServiceEndpoints service,
    ModelEndpoints models,
    TaskEndpoint tasks,
    LegacyEndpoint legacy) {
  private static final Pattern SLASH = Pattern.compile("%2[fF]");
  private static final List<String> V1_HOSTS = List.of("detect", "outline", "classify", "segment");

  /** A routing table for one server instance. */
  Router router(Vertx vertx) {
    Router router = Router.router(vertx);
    router
        .route()
        .handler(routing -> Exchange.begin(routing, services))
        .handler(ApiRoutes::simplify)
        .handler(routing -> Exchange.preflight(routing, services))
        .failureHandler(this::failed);
    // Paths that cannot be decoded end here before any handler.
    router.errorHandler(
        400,
        routing ->
            (Exchange.begun(routing)
                    ? Exchange.of(routing)
                    : Exchange.open(routing.request(), vertx, services))
                .answer(
                    Answer.message(
                        400, "The path cannot be read. Check the percent-encoding of the URL.")));

    router.get("/").handler(service::landing);
    router.get("/info").handler(service::info);
    // Some load balancers probe with HEAD.
    router.route("/healthz").method(GET).method(HEAD).handler(service::healthz);
    router.route("/readiness").method(GET).method(HEAD).handler(service::readiness);

    // From here on a route says first what it wants of a key, or its handler finds no grant.
    router.get("/status").handler(keys.admin("service")).handler(service::status);
    router.get("/metrics").handler(keys.admin("service")).handler(service::metrics);

    router.get("/model/registry").handler(keys.known("model")).handler(models::registry);
    router
        .post("/model/add")
        .handler(pages::change)
        .handler(keys.knownByBody("model"))
        .handler(models::add);
    router
        .post("/model/remove")
        .handler(pages::change)
        .handler(keys.adminByBody("model"))
        .handler(models::remove);
    router
        .post("/model/clear")
        .handler(pages::change)
        .handler(keys.admin("model"))
        .handler(models::clear);

    for (InferenceTask task : InferenceTask.values()) {
      router
          .post(task.path())
          .handler(keys.knownByBody("infer"))
          .handler(priorities::read)
          .handler(routing -> tasks.handle(task, routing));
    }

    legacy(router, "/:dataset/:version");
    // The hosted API's first version had a host for each task. Who replaced only the domain in
    // their URLs has its name in front.
    for (String host : V1_HOSTS) {
      legacy(router, "/" + host + "/:dataset/:version");
    }

    router.route().handler(ApiRoutes::unknown);
    return router;
  }

  /**
   * Goes on with the path alone, in which encoded slashes are slashes: the reference server looks
   * for its routes in the decoded path. The query has been taken by the exchange; Vert.x Web would
   * read it again, by other rules.
   */
  private static void simplify(RoutingContext routing) {
    String path = routing.request().path();
    String decoded = path == null ? "/" : SLASH.matcher(path).replaceAll("/");
    if (routing.request().query() == null && decoded.equals(path)) {
      routing.next();
    } else {
      routing.reroute(decoded);
    }
  }

  private void legacy(Router router, String path) {
    router
        .route(path)
        .method(GET)
        .method(POST)
        .handler(keys.oneImage("legacy", legacy::meant))
        .handler(priorities::read)
        .handler(legacy::handle);
  }

  /** What cannot be parsed as HTTP; its connection is closed after the answer. */
  void unreadable(HttpServerRequest request, Vertx vertx) {
    Throwable cause = request.decoderResult().cause();
    Answer answer =
        cause instanceof TooLongHttpLineException
            ? Answer.message(414, "The request line is too long. Send the image in the body.")
            : cause instanceof TooLongHttpHeaderException
                ? Answer.message(431, "The request headers are too long. Send fewer or shorter.")
                : Answer.message(
                    400,
                    "The request is no HTTP/1.1 that this server understands. Check its first"
                        + " line and its headers, and whether the port speaks TLS.");
    var exchange = Exchange.open(request, vertx, services);
    exchange.closeAfterwards();
    exchange.answer(answer);
  }

  private static void unknown(RoutingContext routing) {
    HttpMethod method = routing.request().method();
    boolean reads = GET.equals(method) || HEAD.equals(method);
    Exchange.of(routing)
        .answer(reads ? Answer.detail(404, "Not Found") : Answer.detail(405, "Method Not Allowed"));
  }

  private void failed(RoutingContext routing) {
    Throwable failure = routing.failure();
    if (!Exchange.begun(routing)) {
      // Vert.x Web itself gives up a request that does not say to whom or where it goes.
      String path = routing.request().path();
      Exchange.open(routing.request(), routing.vertx(), services)
          .answer(
              Answer.message(
                  400,
                  path == null || !path.startsWith("/")
                      ? "The path does not begin with a slash. Send the path of the URL."
                      : "The Host header is missing or cannot be read. Send the server's name."));
      return;
    }
    Exchange.of(routing)
        .fail(failure == null ? new IllegalStateException(routing + " failed") : failure);
  }
}
