package dev.penstock.router.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.penstock.job.JobOutcome;
import dev.penstock.router.api.exchange.Answer;
import dev.penstock.telemetry.Decimals;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import java.io.IOException;
import java.util.Base64;
import java.util.List;

/**
 * The shape a client wants its predictions in.
 *
 * @param inferenceId names the answer; shared by all images of a request
 * @param list whether the answers stand in a list
 * @param pictureOnly whether the drawn picture is the whole answer
 * @param mirrored whether the members of an object of predictions stand beside it as well: the
 *     hosted API's first version answered semantic segmentation so, and clients read it so
 */
record PredictionAnswer(String inferenceId, boolean list, boolean pictureOnly, boolean mirrored) {
  private static final int HEAD_BYTES = 256;
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * Predictions of one image.
   *
   * @param done what the worker said
   * @param executionNanos how long that image took to execute
   */
  record Prediction(JobOutcome.Done done, long executionNanos) {
    int bytes() {
      byte[] picture = done.picture();
      return done.answer().length + (picture == null ? 0 : picture.length);
    }
  }

  /** The answer. The worker's JSON is copied, not read: it may be long. */
  Answer of(List<Prediction> predictions) {
    byte[] picture = predictions.get(0).done().picture();
    if (pictureOnly) {
      return new Answer(
          200, "image/jpeg", picture == null ? Buffer.buffer() : Buffer.buffer(picture), 0);
    }
    Buffer body =
        Buffer.buffer(predictions.stream().mapToInt(p -> p.bytes() * 4 / 3 + HEAD_BYTES).sum());
    if (list) {
      body.appendByte((byte) '[');
    }
    String separator = "";
    for (Prediction prediction : predictions) {
      body.appendString(separator);
      append(body, prediction);
      separator = ",";
    }
    if (list) {
      body.appendByte((byte) ']');
    }
    return Answer.json(200, body);
  }

  private void append(Buffer body, Prediction prediction) {
    JobOutcome.Done done = prediction.done();
    body.appendString("{\"inference_id\":")
        .appendString(Json.encode(inferenceId))
        .appendString(",\"time\":")
        .appendString(Decimals.seconds(prediction.executionNanos()))
        .appendString(",\"image\":{\"width\":")
        .appendString(Integer.toString(done.imageWidth()))
        .appendString(",\"height\":")
        .appendString(Integer.toString(done.imageHeight()))
        .appendString("}");
    byte[] picture = done.picture();
    if (picture != null) {
      body.appendString(",\"visualization\":\"")
          .appendBytes(Base64.getEncoder().encode(picture))
          .appendString("\"");
    }
    appendMembers(
        body, done.answer(), indexOf(done.answer(), '{'), lastIndexOf(done.answer(), '}'));
    if (mirrored) {
      mirror(body, done.answer());
    }
    body.appendString("}");
  }

  /** Copied, too: the place of the predictions is looked for and nothing else is read. */
  private static void mirror(Buffer body, byte[] answer) {
    try (JsonParser parser = JSON.createParser(answer)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = parser.currentName().equals("predictions");
        boolean object = parser.nextToken() == JsonToken.START_OBJECT;
        int open = offset(parser);
        parser.skipChildren();
        if (wanted && object) {
          appendMembers(body, answer, open, offset(parser));
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("a worker's answer is no JSON object", e);
    }
  }

  private static int offset(JsonParser parser) {
    return (int) parser.currentTokenLocation().getByteOffset();
  }

  /** What stands between two braces. */
  private static void appendMembers(Buffer body, byte[] json, int open, int close) {
    if (hasMembers(json, open, close)) {
      body.appendString(",").appendBytes(json, open + 1, close - open - 1);
    }
  }

  private static boolean hasMembers(byte[] json, int open, int close) {
    for (int i = open + 1; i < close; i++) {
      if (json[i] > ' ') {
        return true;
      }
    }
    return false;
  }

  private static int indexOf(byte[] json, char wanted) {
    for (int i = 0; i < json.length; i++) {
      if (json[i] == wanted) {
        return i;
      }
    }
    throw new IllegalStateException("a worker's answer is no JSON object");
  }

  private static int lastIndexOf(byte[] json, char wanted) {
    for (int i = json.length - 1; i >= 0; i--) {
      if (json[i] == wanted) {
        return i;
      }
    }
    throw new IllegalStateException("a worker's answer is no JSON object");
  }
}
