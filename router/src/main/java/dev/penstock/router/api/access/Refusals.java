package dev.penstock.router.api.access;

import dev.penstock.router.admission.keys.Quota;
import dev.penstock.router.api.exchange.Answer;
import dev.penstock.router.api.exchange.ApiException;
import io.vertx.core.json.JsonObject;

/** What those are told who may not. None of it repeats a key. */
final class Refusals {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private Refusals() {}

  /** In the words and the shape of the hosted API, whether there was no key or a wrong one. */
  static ApiException unauthorized() {
    return new ApiException(
        Answer.json(
            401, new JsonObject().put("status", 401).put("message", "Unauthorized api_key")));
  }

  /** In the words of the reference server. */
  static ApiException otherModels() {
    return ApiException.message(
        401,
        "Unauthorized access to roboflow API - check API key and make sure the key is valid for"
            + " workspace you use. Visit"
            + " https://docs.roboflow.com/api-reference/authentication#retrieve-an-api-key to learn"
            + " how to retrieve one.");
  }

  static ApiException notAdmin() {
    return ApiException.message(
        403,
        "This API key may ask for predictions only. Use one that has 'admin: true' in the file of"
            + " keys of the router.");
  }

  static ApiException tooOften(Quota quota, long waitNanos) {
    int seconds = (int) ((waitNanos + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND);
    return new ApiException(
        Answer.message(
                429, "This API key is limited to %s. Try again in %d s.".formatted(quota, seconds))
            .retryAfter(seconds));
  }

  static ApiException tooMany(Quota quota, int images) {
    return ApiException.message(
        413,
        "The request has %d images, and this API key is limited to %s: send them in several requests."
            .formatted(images, quota));
  }
}
