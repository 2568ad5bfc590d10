package dev.penstock.router.api;

import dev.penstock.model.ModelPackage;
import dev.penstock.router.api.exchange.ApiException;
import dev.penstock.router.api.exchange.BodyWork;
import dev.penstock.router.api.exchange.Exchange;
import dev.penstock.router.api.image.ImageLoader;
import dev.penstock.router.api.image.ImageSource;
import dev.penstock.router.api.image.MultipartImage;
import dev.penstock.router.api.parameters.LegacyParameters;
import dev.penstock.router.api.parameters.LegacyParameters.Format;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code GET|POST /{dataset}/{version}}: one image in whatever form, parameters in the query. */
record LegacyEndpoint(
    Intake intake,
    BodyWork work,
    ImageLoader images,
    ModelLookup models,
    ModelRegistry registry,
    Inferences inferences) {

  /** Canonical id of the model in the path, whether or not there is one. */
  String meant(RoutingContext routing) {
    return models.meant(modelId(routing));
  }

  void handle(RoutingContext routing) {
    Exchange exchange = Exchange.of(routing);
    intake
        .read(exchange, models.peek(exchange, modelId(routing)))
        .compose(body -> answer(routing, exchange, body))
        .onFailure(exchange::fail);
  }

  /** The checks come in the order of the reference server, so that the same one answers. */
  private Future<?> answer(RoutingContext routing, Exchange exchange, byte[] body) {
    String contentType = exchange.request().getHeader(HttpHeaders.CONTENT_TYPE);
    return part(exchange, contentType, body)
        .compose(
            part -> {
              var parameters = LegacyParameters.parse(exchange.query()::last);
              ImageSource source = source(contentType, body, part, parameters);
              String modelId = modelId(routing);
              ModelPackage model = models.find(exchange, modelId);
              registry.add(modelId, model, routing.normalizedPath());
              parameters.masks().check(model.description().taskType());
              return images
                  .load(exchange, List.of(source))
                  .map(
                      loaded -> {
                        inferences.run(
                            exchange, question(modelId, model, loaded, parameters, source));
                        return loaded;
                      });
            });
  }

  /** The file of a multipart form, which must be there even when it is not used. */
  private Future<Optional<byte[]>> part(
      Exchange exchange, @Nullable String contentType, byte[] body) {
    if (contentType == null
        || !contentType.toLowerCase(Locale.ROOT).contains("multipart/form-data")) {
      return Future.succeededFuture(Optional.empty());
    }
    return work.run(
        exchange, body.length, () -> Optional.of(MultipartImage.file(contentType, body)));
  }

  private static ImageSource source(
      @Nullable String contentType,
      byte[] body,
      Optional<byte[]> part,
      LegacyParameters parameters) {
    if (parameters.imageUrl() != null) {
      return new ImageSource.Url(parameters.imageUrl());
    }
    if (contentType == null) {
      throw ApiException.message(400, "Content-Type header not provided with request.");
    }
    if (part.isPresent()) {
      return new ImageSource.Encoded(part.get());
    }
    if (parameters.imageType().equalsIgnoreCase("base64")) {
      return new ImageSource.Base64Text(body);
    }
    return ImageSource.declared(parameters.imageType(), new String(body, StandardCharsets.UTF_8));
  }

  private static Inferences.Question question(
      String modelId,
      ModelPackage model,
      List<byte[]> images,
      LegacyParameters parameters,
      ImageSource source) {
    var shape =
        new PredictionAnswer(
            UUID.randomUUID().toString(),
            false,
            parameters.format() == Format.IMAGE,
            model.description().taskType().equals("semantic-segmentation"));
    return new Inferences.Question(
        modelId, model, images, parameters.job(), shape, source instanceof ImageSource.Url);
  }

  private static String modelId(RoutingContext routing) {
    return routing.pathParam("dataset") + "/" + routing.pathParam("version");
  }
}
