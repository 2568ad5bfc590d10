package dev.penstock.worker.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.job.JobOutcome.Done;
import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.repository.FolderRepository;
import dev.penstock.worker.engine.Jobs;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.ModelLoadException;
import dev.penstock.worker.engine.devices.Devices;
import dev.penstock.worker.vision.image.Picture;
import dev.penstock.worker.vision.image.Pictures;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Exports without a word on their layout, which always answer the same: where shapes tell it, it is
 * decoded, and where they mislead, the numbers of the first run show it.
 */
class WrongGuessTest {
  private static final Path CACHE = Path.of("target/test-cache");
  private static final int SIDE = 64;

  /** Of 64 x 64 pixels, three for each cell. */
  private static final int ANCHORS = 252;

  @TempDir private Path folder = Path.of("");

  /** Columns of one row. */
  private interface Row {
    float[] of(int index);
  }

  /** Raw boxes all over the input, with one class: the one in row 100 is sure. */
  private static float[] raw(int index) {
    float object = index == 100 ? 0.9f : 0.01f;
    return new float[] {index % 16 * 4, index / 16 * 4, 6, 10, object, 0.8f};
  }

  private ModelPackage model(Object rows, int count, int columns, Row row, String... metadata)
      throws IOException {
    float[] values = new float[count * columns];
    IntStream.range(0, count)
        .forEach(i -> System.arraycopy(row.of(i), 0, values, i * columns, columns));
    var network =
        new NetworkBuilder()
            .input("images", "batch", 3, SIDE, SIDE)
            .output("output0", "batch", rows, columns)
            .meta("names", "{0: 'cat'}")
            .floats("values", List.of(1, count, columns), values)
            .floats("nil", List.of(), 0)
            .longs("shape", List.of(3), 0, 1, 1)
            .node("GlobalAveragePool", List.of("images"), "pooled")
            .node(
                "ReduceMean",
                List.of("pooled"),
                "mean",
                List.of(NetworkBuilder.attribute("axes", new long[] {1})))
            .node("Reshape", List.of("mean", "shape"), "number")
            .node("Mul", List.of("number", "nil"), "nothing")
            .node("Add", List.of("nothing", "values"), "output0");
    for (int i = 0; i < metadata.length; i += 2) {
      network.meta(metadata[i], metadata[i + 1]);
    }
    network.write(folder.resolve("m.onnx"));
    return Objects.requireNonNull(FolderRepository.open(List.of(folder)).find("m/1"));
  }

  private JsonObject answer(ModelPackage model) throws Exception {
    try (LoadedModel loaded = Devices.open("cpu", CACHE).load(model);
        Picture picture = Pictures.plain(SIDE, SIDE, 0, 0, 0)) {
      Done done =
          Jobs.run(
                  loaded.runners().get(0), JobParameters.DEFAULTS, Pictures.encode(picture, ".png"))
              .get(0);
      return new JsonObject(Buffer.buffer(done.answer()));
    }
  }

  private static JsonObject only(JsonObject answer) {
    assertThat(answer.getJsonArray("predictions")).hasSize(1);
    return answer.getJsonArray("predictions").getJsonObject(0);
  }

  @Test
  void raw_boxes_of_one_class_are_told_by_their_number() throws Exception {
    JsonObject found = only(answer(model(ANCHORS, ANCHORS, 6, WrongGuessTest::raw)));

    assertThat(found.getString("class")).isEqualTo("cat");
    assertThat(found.getDouble("x")).isEqualTo(16);
    assertThat(found.getDouble("y")).isEqualTo(24);
    assertThat(found.getDouble("width")).isEqualTo(6);
    assertThat(found.getDouble("height")).isEqualTo(10);
    assertThat(found.getDouble("confidence"))
        .isCloseTo(0.72, org.assertj.core.data.Offset.offset(1e-6));
  }

  @Test
  void raw_boxes_of_yolox_are_decoded() throws Exception {
    // 64 cells of 8 pixels, 16 of 16, four of 32; the sixth row and fourth column of the finest.
    JsonObject found =
        only(
            answer(
                model(
                    84,
                    84,
                    6,
                    i -> new float[] {0.5f, 0.5f, 0, (float) Math.log(2), i == 43 ? 1 : 0, 0.5f})));

    assertThat(found.getDouble("x")).isEqualTo(28);
    assertThat(found.getDouble("y")).isEqualTo(44);
    assertThat(found.getDouble("width")).isEqualTo(8);
    assertThat(found.getDouble("height")).isEqualTo(16);
    assertThat(found.getDouble("confidence")).isEqualTo(0.5);
  }

  @Test
  void finished_boxes_are_taken_as_they_are() throws Exception {
    JsonObject found =
        only(
            answer(
                model(
                    "rows",
                    300,
                    6,
                    i -> i == 0 ? new float[] {4, 8, 24, 48, 0.9f, 0} : new float[6])));

    assertThat(found.getDouble("x")).isEqualTo(14);
    assertThat(found.getDouble("height")).isEqualTo(40);
  }

  /** Nothing tells that these are raw, but what they would mean. */
  @ParameterizedTest
  @CsvSource({"rows", "160"})
  void raw_boxes_that_were_taken_for_finished_ones_are_refused(String rows) throws Exception {
    Object dimension = rows.equals("rows") ? rows : (Object) Integer.valueOf(rows);
    ModelPackage model =
        model(dimension, rows.equals("rows") ? ANCHORS : 160, 6, WrongGuessTest::raw);

    assertThatThrownBy(() -> answer(model))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(
            "its outputs were taken for [batch, candidates, 6] of yolov8 by their shapes, but ")
        .hasMessageContaining("have a negative width or height: that guess is wrong. Export it")
        .hasMessageContaining("or describe it as a package");
  }

  @Test
  void logits_shares_of_the_picture_and_no_numbers_are_refused() throws Exception {
    assertRefused(
        i -> new float[] {i % 16 * 4, i / 16 * 4, 6, 10, -3, -2},
        "504 of 504 scores for the warm-up picture are not between 0 and 1");
    assertRefused(
        i -> new float[] {i % 16 / 16f, i / 256f, 0.1f, 0.1f, 0.5f, 0.5f},
        "all 252 boxes for the warm-up picture lie in its upper left corner");
    assertRefused(
        i -> new float[] {i % 16 * 4, Float.NaN, 6, 10, 0.5f, 0.5f},
        "252 of 252 boxes for the warm-up picture are no numbers");
    assertRefused(
        i -> new float[] {i % 16 * 400, i / 16 * 400, 60, 100, 0.5f, 0.5f},
        "lie far outside of it");
  }

  private void assertRefused(Row row, String reason) throws IOException {
    ModelPackage model = model(ANCHORS, ANCHORS, 6, row);
    assertThatThrownBy(() -> answer(model))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(reason);
  }
}
