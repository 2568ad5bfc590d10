package dev.penstock.it.kit;

import dev.penstock.telemetry.Ticker;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A client of one router. The times of every answer are checked, whatever it says. */
public final class Client {
  /** The model that ships. */
  public static final String MODEL = "coco/1";

  /** Longer than any request may take, so that nothing hangs for ever. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final URI router;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /** A client of whatever answers there. */
  public Client(URI router) {
    this.router = router;
  }

  /** Asks the shipped model about a picture. */
  public Answer detect(Picture picture) {
    return result(detecting(MODEL, picture.base64()));
  }

  /** Sends a picture; completes with the answer. Cancelling it hangs up. */
  public CompletableFuture<Answer> detecting(Picture picture) {
    return detecting(MODEL, picture.base64());
  }

  /** Sends what should be an image in base64; completes with the answer. */
  public CompletableFuture<Answer> detecting(String model, String base64) {
    return detecting(model, base64, "any", Map.of());
  }

  /** As above, on behalf of some key and with more headers. */
  public CompletableFuture<Answer> detecting(
      String model, String base64, String key, Map<String, String> headers) {
    HttpRequest.Builder request =
        request("/" + model + "?api_key=" + key)
            .header("Content-Type", "application/x-www-form-urlencoded");
    headers.forEach(request::header);
    return send(request.POST(BodyPublishers.ofString(base64)));
  }

  public Answer detect(String model, Picture picture) {
    return result(detecting(model, picture.base64()));
  }

  public Answer post(String path, String json) {
    return result(
        send(
            request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json))));
  }

  public Answer get(String path) {
    return result(send(request(path).GET()));
  }

  /** What the router says of itself, also to nobody else than operators. */
  public JsonObject status() {
    return get("/status?api_key=" + KeysFile.OPERATOR).json();
  }

  /** Sends a JSON body, or a request without one when it is empty, with one more header. */
  public Answer send(String path, String json, String header, String value) {
    HttpRequest.Builder request =
        request(path).header("Content-Type", "application/json").header(header, value);
    return result(
        send(json.isEmpty() ? request.GET() : request.POST(BodyPublishers.ofString(json))));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(router.resolve(path)).timeout(PATIENCE);
  }

  private CompletableFuture<Answer> send(HttpRequest.Builder request) {
    long started = Ticker.SYSTEM.nanos();
    var sent = http.sendAsync(request.build(), BodyHandlers.ofString());
    CompletableFuture<Answer> answer =
        sent.thenApply(
            response ->
                TimeCheck.checked(
                    new Answer(
                        response.statusCode(),
                        response.headers(),
                        response.body(),
                        Duration.ofNanos(Ticker.SYSTEM.nanos() - started))));
    var unused =
        answer.whenComplete(
            (result, failure) -> {
              if (answer.isCancelled()) {
                sent.cancel(true);
              }
            });
    return answer;
  }

  /** Waits for an answer. */
  public static Answer result(CompletableFuture<Answer> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof AssertionError wrong) {
        throw wrong;
      }
      throw new AssertionError("no answer: " + e.getCause(), e);
    }
  }
}
