package dev.penstock.router.api;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.HEAD;

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

/**
 * Which endpoint takes which path, in the one order that matters: the exchange begins first, so
 * that every answer has its headers; named routes come before the two-segment catch-all, which a
 * named path with another method falls through to; what is left is unknown.
 */
record ApiRoutes(
    ExchangeServices services,
    ServiceEndpoints service,
    ModelEndpoints models,
    TaskEndpoint tasks,
    LegacyEndpoint legacy) {
  private static final List<String> V1_HOSTS = List.of("detect", "outline", "classify", "segment");

  /** A routing table for one server instance. */
  Router router(Vertx vertx) {
    Router router = Router.router(vertx);
    router
        .route()
        .handler(routing -> Exchange.begin(routing, services))
        .failureHandler(ApiRoutes::failed);
    // Paths that cannot be decoded end here before any handler.
    router.errorHandler(
        400,
        routing ->
            Exchange.open(routing.request(), vertx, services)
                .answer(
                    Answer.message(
                        400, "The path cannot be read. Check the percent-encoding of the URL.")));

    router.get("/").handler(service::landing);
    router.get("/info").handler(service::info);
    // Some load balancers probe with HEAD.
    router.route("/healthz").method(GET).method(HEAD).handler(service::healthz);
    router.route("/readiness").method(GET).method(HEAD).handler(service::readiness);
    router.get("/status").handler(service::status);
    router.get("/metrics").handler(service::metrics);

    router.get("/model/registry").handler(models::registry);
    router.post("/model/add").handler(models::add);
    router.post("/model/remove").handler(models::remove);
    router.post("/model/clear").handler(models::clear);

    for (InferenceTask task : InferenceTask.values()) {
      router.post(task.path()).handler(routing -> tasks.handle(task, routing));
    }

    router.get("/:dataset/:version").handler(legacy::handle);
    router.post("/:dataset/:version").handler(legacy::handle);
    // The hosted API's first version had a host for each task. Who replaced only the domain in
    // their URLs has its name in front.
    for (String host : V1_HOSTS) {
      router.get("/" + host + "/:dataset/:version").handler(legacy::handle);
      router.post("/" + host + "/:dataset/:version").handler(legacy::handle);
    }

    router.route().handler(ApiRoutes::unknown);
    return router;
  }

  /** What cannot be parsed as HTTP; its connection is closed after the answer. */
  void unreadable(HttpServerRequest request, Vertx vertx) {
    Throwable cause = request.decoderResult().cause();
    Answer answer =
        cause instanceof TooLongHttpLineException
            ? Answer.message(414, "The request line is too long. Send the image in the body.")
            : cause instanceof TooLongHttpHeaderException
                ? Answer.message(431, "The request headers are too long. Send fewer or shorter.")
                : Answer.message(400, "The request is no HTTP that this server understands.");
    Exchange.open(request, vertx, services).answer(answer);
  }

  private static void unknown(RoutingContext routing) {
    HttpMethod method = routing.request().method();
    boolean reads = GET.equals(method) || HEAD.equals(method);
    Exchange.of(routing)
        .answer(reads ? Answer.detail(404, "Not Found") : Answer.detail(405, "Method Not Allowed"));
  }

  private static void failed(RoutingContext routing) {
    Throwable failure = routing.failure();
    Exchange.of(routing)
        .fail(failure == null ? new IllegalStateException(routing + " failed") : failure);
  }
}
