package dev.penstock.router.api;

import dev.penstock.model.ModelPackage;
import dev.penstock.router.api.access.KeyCheck;
import dev.penstock.router.api.exchange.Answer;
import dev.penstock.router.api.exchange.ApiException;
import dev.penstock.router.api.exchange.BodyReader;
import dev.penstock.router.api.exchange.Exchange;
import dev.penstock.router.api.parameters.JsonBody;
import dev.penstock.router.dispatch.Dispatcher;
import dev.penstock.telemetry.RequestRecord;
import io.vertx.ext.web.RoutingContext;

/** {@code /model/registry|add|remove|clear}, as the SDK uses them. */
record ModelEndpoints(
    BodyReader bodies,
    KeyCheck keys,
    ModelLookup models,
    ModelRegistry registry,
    Dispatcher dispatcher) {

  void registry(RoutingContext routing) {
    describe(Exchange.of(routing));
  }

  /**
   * Answers when some worker has the model. Whoever may ask for its predictions may have it loaded:
   * that is what asking does, too.
   */
  void add(RoutingContext routing) {
    Exchange exchange = Exchange.of(routing);
    bodies
        .read(exchange)
        .compose(body -> keys.body(exchange, body, JsonBody::modelId))
        .onSuccess(modelId -> load(routing.normalizedPath(), exchange, modelId))
        .onFailure(exchange::fail);
  }

  /** Unknown ids are no error: what the client wants is already so. */
  void remove(RoutingContext routing) {
    Exchange exchange = Exchange.of(routing);
    bodies
        .read(exchange)
        .compose(body -> keys.adminBody(exchange, body, JsonBody::modelId))
        .onSuccess(
            modelId -> {
              ModelPackage unused = registry.remove(modelId);
              if (unused != null) {
                dispatcher.unload(unused);
              }
              describe(exchange);
            })
        .onFailure(exchange::fail);
  }

  void clear(RoutingContext routing) {
    Exchange exchange = Exchange.of(routing);
    bodies
        .read(exchange)
        .onSuccess(
            body -> {
              registry.clear().forEach(dispatcher::unload);
              describe(exchange);
            })
        .onFailure(exchange::fail);
  }

  private void load(String path, Exchange exchange, String modelId) {
    ModelPackage model;
    try {
      exchange.deadline().extend();
      KeyCheck.count(exchange, 1);
      model = models.find(exchange, modelId);
    } catch (ApiException refused) {
      exchange.fail(refused);
      return;
    }
    exchange.deadline().keep();
    dispatcher
        .load(model)
        .onComplete(
            (nanos, failure) ->
                exchange
                    .context()
                    .runOnContext(
                        here -> {
                          if (failure instanceof Dispatcher.LoadFailure known) {
                            exchange.answer(FailureAnswer.loadFailed(known, modelId));
                          } else if (failure != null) {
                            exchange.fail(failure);
                          } else {
                            exchange.load(new RequestRecord.Load(nanos > 0, nanos));
                            registry.add(modelId, model, path);
                            describe(exchange);
                          }
                        }));
  }

  private void describe(Exchange exchange) {
    exchange.answer(Answer.json(200, registry.description(exchange.grant().models())));
  }
}
