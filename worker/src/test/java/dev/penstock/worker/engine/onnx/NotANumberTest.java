package dev.penstock.worker.engine.onnx;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtSession.SessionOptions;
import dev.penstock.job.Confidence;
import dev.penstock.job.Drawing;
import dev.penstock.job.JobParameters;
import dev.penstock.job.MaskFormat;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.repository.FolderRepository;
import dev.penstock.worker.engine.natives.Natives;
import dev.penstock.worker.render.PredictionPainter;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.answer.AnswerJson;
import dev.penstock.worker.vision.family.ModelFamilies;
import dev.penstock.worker.vision.image.Picture;
import dev.penstock.worker.vision.image.Pictures;
import dev.penstock.worker.vision.image.Placement;
import dev.penstock.worker.vision.preprocess.Preprocessor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Networks whose outputs are no numbers, or beyond all numbers: that is an answer of the model, not
 * a failure of the device.
 */
class NotANumberTest {
  private static final Path PACKAGES = Path.of("src/test/resources/packages");
  private static final FolderRepository MODELS =
      FolderRepository.open(List.of(PACKAGES, PACKAGES.resolve("families")));

  @BeforeAll
  static void libraries() {
    Natives.loadOnnxRuntime(Path.of("target/test-cache"));
  }

  static Stream<String> models() {
    return MODELS.all().stream().map(ModelPackage::id);
  }

  @ParameterizedTest
  @MethodSource("models")
  void every_family_answers_and_draws(String id) throws Exception {
    ModelPackage model = requireNonNull(MODELS.find(id));
    ModelFamily family = ModelFamilies.of(model.description());
    List<int[]> shapes = outputShapes(model, family);
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      List<Tensor> outputs = shapes.stream().map(shape -> full(shape, value)).toList();
      for (MaskFormat format : MaskFormat.values()) {
        answers(model, family, outputs, format);
      }
    }
  }

  private static void answers(
      ModelPackage model, ModelFamily family, List<Tensor> outputs, MaskFormat format)
      throws Exception {
    NetworkInput input = family.input();
    var parameters =
        new JobParameters(Confidence.of(0.0), 0.3, 5, false, List.of(), 0, format, Set.of(), null);
    try (Picture picture = Pictures.plain(40, 30, 9, 9, 9);
        var preprocessor =
            new Preprocessor(input, model.description().preprocessing(), family.interpolation());
        var target =
            new Mat(input.channels() * input.height(), input.width(), opencv_core.CV_32FC1)) {
      Placement placement = preprocessor.write(picture, Set.of(), target);

      Predictions predictions = family.predictions(outputs, placement, parameters);

      var answer = new JsonObject(Buffer.buffer(AnswerJson.bytes(predictions)));
      assertThat(answer.containsKey("predictions")).isTrue();
      assertThat(PredictionPainter.jpeg(picture, predictions, new Drawing(true, 1))).isNotEmpty();
    }
  }

  private static List<int[]> outputShapes(ModelPackage model, ModelFamily family) throws Exception {
    NetworkInput input = family.input();
    try (var options = new SessionOptions();
        OnnxNetwork network = OnnxNetwork.open(model.weights(), options, family);
        var lane =
            new TensorLane(
                network,
                Math.max(1, network.fixedBatch()),
                input.channels(),
                input.height(),
                input.width())) {
      lane.run(1);
      return lane.outputs(0).stream().map(Tensor::shape).toList();
    }
  }

  private static Tensor full(int[] shape, float value) {
    float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    Arrays.fill(values, value);
    return new Tensor(FloatBuffer.wrap(values), shape);
  }
}
