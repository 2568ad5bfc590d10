package dev.penstock.it.kit;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;

/**
 * What a client got.
 *
 * @param elapsed from before the request was sent until the body was there, on the client's clock
 */
public record Answer(int status, HttpHeaders headers, String body, Duration elapsed) {

  /** A header that must be there. */
  public String header(String name) {
    return headers
        .firstValue(name)
        .orElseThrow(() -> new AssertionError("no " + name + " in " + this));
  }

  public boolean has(String header) {
    return headers.firstValue(header).isPresent();
  }

  /** Which attempt answered, counted from 1. */
  public int attempt() {
    return Integer.parseInt(header("X-Attempt"));
  }

  /** The worker that answered. */
  public String worker() {
    return header("X-Worker-Id");
  }

  /** How many jobs rode in its forward pass. */
  public int batchSize() {
    return Integer.parseInt(header("X-Batch-Size"));
  }

  /** A part of {@code Server-Timing} in milliseconds. */
  public double timing(String part) {
    return TimeCheck.times(header("Server-Timing")).getOrDefault(part, Double.NaN);
  }

  public JsonObject json() {
    return new JsonObject(Buffer.buffer(body));
  }

  /** The message of an error. */
  public String message() {
    return json().getString("message");
  }

  /** The classes that were found, best first. */
  public List<String> classes() {
    return json().getJsonArray("predictions").stream()
        .map(prediction -> ((JsonObject) prediction).getString("class"))
        .toList();
  }
}
