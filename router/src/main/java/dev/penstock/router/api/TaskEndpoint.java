package dev.penstock.router.api;

import dev.penstock.model.ModelPackage;
import dev.penstock.router.api.access.KeyCheck;
import dev.penstock.router.api.exchange.ApiException;
import dev.penstock.router.api.exchange.Exchange;
import dev.penstock.router.api.image.ImageLoader;
import dev.penstock.router.api.image.ImageSource;
import dev.penstock.router.api.parameters.InferenceTask;
import dev.penstock.router.api.parameters.TaskBody;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.UUID;

/**
 * {@code POST /infer/{task}}: one image or a list of them, all in one JSON body. The task says
 * which fields are read; what is answered depends on the model alone, as at the reference server.
 *
 * @param mostImages more are refused before any is decoded or fetched: they could never be in
 *     flight together
 */
record TaskEndpoint(
    Intake intake,
    KeyCheck keys,
    ImageLoader images,
    int mostImages,
    ModelLookup models,
    ModelRegistry registry,
    Inferences inferences) {

  void handle(InferenceTask task, RoutingContext routing) {
    Exchange exchange = Exchange.of(routing);
    intake
        .read(exchange)
        .compose(body -> keys.body(exchange, body, json -> TaskBody.parse(task, json)))
        .compose(body -> answer(routing.normalizedPath(), exchange, body))
        .onFailure(exchange::fail);
  }

  private Future<?> answer(String path, Exchange exchange, TaskBody body) {
    KeyCheck.count(exchange, body.images().size());
    ModelPackage model = models.find(exchange, body.modelId());
    registry.add(body.modelId(), model, path);
    body.masks().check(model.description().taskType());
    if (body.images().size() > mostImages) {
      throw ApiException.message(
          413,
          "The request has %d images, the limit is %d: send them in several requests."
              .formatted(body.images().size(), mostImages));
    }
    List<ImageSource> sources =
        body.images().stream()
            .map(image -> ImageSource.declared(image.type(), image.value()))
            .toList();
    if (sources.isEmpty()) {
      throw ApiException.badImage("Empty image payload.");
    }
    String inferenceId = body.inferenceId();
    var shape =
        new PredictionAnswer(
            inferenceId == null ? UUID.randomUUID().toString() : inferenceId,
            body.list(),
            false,
            false);
    boolean fetched = sources.stream().allMatch(source -> source instanceof ImageSource.Url);
    return images
        .load(exchange, sources)
        .map(
            loaded -> {
              inferences.run(
                  exchange,
                  new Inferences.Question(
                      body.modelId(), model, loaded, body.job(), shape, fetched));
              return loaded;
            });
  }
}
