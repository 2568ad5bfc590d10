package dev.penstock.router.api;

import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelRepository;
import dev.penstock.router.api.exchange.Answer;
import dev.penstock.router.api.exchange.Exchange;
import dev.penstock.router.dispatch.Dispatcher;
import dev.penstock.telemetry.DispatchMetrics;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** What operators, probes and scrapers ask. */
record ServiceEndpoints(
    ServerIdentity identity,
    ModelRepository repository,
    Dispatcher dispatcher,
    DispatchMetrics metrics,
    BooleanSupplier draining) {
  private static final String ROUTE = "service";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  void landing(RoutingContext routing) {
    answer(
        routing,
        Answer.json(
            200,
            new JsonObject()
                .put("name", "Penstock")
                .put("version", identity.build().version())
                .put("try", "POST /{dataset}/{version} with a base64 image")
                .put("see", JsonArray.of("/status", "/model/registry", "/metrics"))));
  }

  void info(RoutingContext routing) {
    answer(
        routing,
        Answer.json(
            200,
            new JsonObject()
                .put("name", "Penstock")
                .put("version", identity.build().version())
                .put("commit", identity.build().commit())
                .put("build", identity.build().flavour())
                .put("onnxruntime", identity.build().onnxRuntime())
                .put("uuid", identity.uuid())));
  }

  void healthz(RoutingContext routing) {
    answer(routing, Answer.json(200, new JsonObject().put("status", "healthy")));
  }

  void readiness(RoutingContext routing) {
    boolean ready = dispatcher.ready() && !draining.getAsBoolean();
    answer(
        routing,
        Answer.json(
            ready ? 200 : 503, new JsonObject().put("status", ready ? "ready" : "not ready")));
  }

  void status(RoutingContext routing) {
    Set<String> resident = dispatcher.residentDigests();
    var models = new JsonArray();
    Map<String, String> heldUp =
        repository.heldUp().stream()
            .collect(
                Collectors.toMap(
                    ModelRepository.Refusal::modelId,
                    ModelRepository.Refusal::reason,
                    (one, other) -> one));
    for (ModelPackage model : repository.all()) {
      var shown =
          new JsonObject()
              .put("model_id", model.id())
              .put("task_type", model.description().taskType())
              .put("digest", model.digest())
              .put("loaded", resident.contains(model.digest()));
      if (heldUp.containsKey(model.id())) {
        shown.put("replacement", heldUp.get(model.id()));
      }
      models.add(shown);
    }
    repository
        .refusals()
        .forEach(
            refusal ->
                models.add(
                    new JsonObject()
                        .put("model_id", refusal.modelId())
                        .put("refused", refusal.reason())));
    answer(routing, Answer.json(200, dispatcher.status().copy().put("models", models)));
  }

  void metrics(RoutingContext routing) {
    Exchange exchange = Exchange.of(routing);
    var unused =
        metrics
            .scrape()
            .whenComplete(
                (text, failure) ->
                    exchange
                        .context()
                        .runOnContext(
                            here -> {
                              if (failure == null) {
                                exchange.answer(Answer.text(PROMETHEUS, text));
                              } else {
                                exchange.fail(failure);
                              }
                            }));
  }

  private static void answer(RoutingContext routing, Answer answer) {
    Exchange.of(routing).route(ROUTE).answer(answer);
  }
}
