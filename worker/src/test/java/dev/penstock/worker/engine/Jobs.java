package dev.penstock.worker.engine;

import dev.penstock.job.JobOutcome.Done;
import dev.penstock.job.JobParameters;
import dev.penstock.worker.engine.BatchRunner.DecodedImage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Runs whole batches for tests. */
public final class Jobs {
  private Jobs() {}

  /** All images in one forward pass. */
  public static List<Done> run(BatchRunner runner, JobParameters parameters, byte[]... images)
      throws Exception {
    var decoded = new ArrayList<DecodedImage>();
    try {
      for (byte[] image : images) {
        decoded.add(runner.decode(image, parameters));
        runner.preprocess(decoded.size() - 1, decoded.get(decoded.size() - 1), parameters);
      }
      runner.infer(images.length);
      var done = new ArrayList<Done>();
      for (int slot = 0; slot < images.length; slot++) {
        done.add((Done) runner.postprocess(slot, decoded.get(slot), parameters));
      }
      return done;
    } finally {
      decoded.forEach(DecodedImage::close);
    }
  }

  /** Class, centre and size of everything found, in the order of the answer. */
  public static List<String> found(Done done) {
    return new JsonObject(Buffer.buffer(done.answer()))
        .getJsonArray("predictions").stream()
            .map(JsonObject.class::cast)
            .map(
                found ->
                    "%s at %s,%s of %s x %s"
                        .formatted(
                            found.getString("class"),
                            found.getDouble("x"),
                            found.getDouble("y"),
                            found.getDouble("width"),
                            found.getDouble("height")))
            .toList();
  }
}
