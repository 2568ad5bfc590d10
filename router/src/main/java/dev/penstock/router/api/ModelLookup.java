package dev.penstock.router.api;

import dev.penstock.config.PlainWords;
import dev.penstock.model.ModelAliases;
import dev.penstock.model.ModelIds;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelRepository;
import dev.penstock.router.api.access.KeyCheck;
import dev.penstock.router.api.exchange.ApiException;
import dev.penstock.router.api.exchange.Exchange;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the package a client means, or says why there is none, before anything else is asked of
 * this router.
 */
record ModelLookup(ModelRepository repository, ModelAliases aliases) {
  private static final int LONGEST_ID = 256;
  private static final Pattern WELL_FORMED =
      Pattern.compile("[\\x21-\\x7e&&[^/]]+(/[\\x21-\\x7e&&[^/]]+)?");

  /**
   * The package, which the exchange is told of.
   *
   * @throws ApiException with status 400 when the id cannot be one, 401 when the request may not
   *     ask for it, 404 when nobody knows it, 500 when its package was refused
   */
  ModelPackage find(Exchange exchange, String modelId) {
    if (!isWellFormed(modelId)) {
      throw ApiException.message(400, "Invalid Model ID sent in request.");
    }
    ModelPackage found = aliases.find(repository, modelId);
    // Before it is said whether there is such a model.
    KeyCheck.requireModel(exchange, found == null ? canonical(modelId) : found.id());
    if (found == null) {
      throw missing(modelId);
    }
    exchange.model(modelId, found);
    return found;
  }

  /** The package, which the exchange is told of, or null; whether it may be asked for is open. */
  @Nullable ModelPackage peek(Exchange exchange, String modelId) {
    ModelPackage found = isWellFormed(modelId) ? aliases.find(repository, modelId) : null;
    if (found != null) {
      exchange.model(modelId, found);
    }
    return found;
  }

  /** The canonical id of the package a client means, or of the one that it would be. */
  String meant(String modelId) {
    ModelPackage found = aliases.find(repository, modelId);
    return found == null ? canonical(modelId) : found.id();
  }

  /** Zeros before a version are forgiven, but headers, lists and the log repeat all of them. */
  private static boolean isWellFormed(String modelId) {
    return modelId.length() <= LONGEST_ID && WELL_FORMED.matcher(modelId).matches();
  }

  private ApiException missing(String modelId) {
    String canonical = canonical(modelId);
    for (ModelRepository.Refusal refusal : repository.refusals()) {
      if (refusal.modelId().equals(canonical) || refusal.modelId().equals(modelId)) {
        return ApiException.message(
            500, "Model loading failed: " + modelId + ": " + PlainWords.of(refusal.reason()));
      }
    }
    return ApiException.message(
        404,
        "Requested Roboflow resource not found. Make sure that workspace, project or model you"
            + " referred in request exists.");
  }

  private String canonical(String modelId) {
    String id = aliases.resolve(modelId);
    return Objects.requireNonNullElse(ModelIds.canonical(id), id);
  }
}
