package dev.penstock.worker.engine.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import dev.penstock.worker.engine.ModelLoadException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network with one image input {@code [batch, channels, height, width]}. One session serves all
 * lanes: forward passes of several threads at once are allowed, and the weights are there only
 * once.
 */
final class OnnxNetwork implements AutoCloseable {
  private final OrtSession session;
  private final String inputName;
  private final TensorInfo input;
  private final Map<String, TensorInfo> outputs;

  private OnnxNetwork(
      OrtSession session, String inputName, TensorInfo input, Map<String, TensorInfo> outputs) {
    this.session = session;
    this.inputName = inputName;
    this.input = input;
    this.outputs = outputs;
  }

  /**
   * @throws ModelLoadException when the file is no network of that kind
   */
  static OnnxNetwork open(Path weights, SessionOptions options) throws ModelLoadException {
    OrtSession session;
    try {
      session = OrtEnvironment.getEnvironment().createSession(weights.toString(), options);
    } catch (OrtException e) {
      throw MemoryShortage.isNamedIn(e.getMessage())
          ? new ModelLoadException("there is no memory for it: " + e.getMessage(), e, true)
          : new ModelLoadException(
              weights.getFileName() + " is no network that ONNX Runtime can run: " + e.getMessage(),
              e);
    }
    OnnxNetwork network = null;
    try {
      network = describe(session);
      return network;
    } catch (OrtException e) {
      throw new ModelLoadException("the network cannot be looked into: " + e.getMessage(), e);
    } finally {
      if (network == null) {
        close(session);
      }
    }
  }

  private static OnnxNetwork describe(OrtSession session) throws OrtException, ModelLoadException {
    Map<String, NodeInfo> inputs = session.getInputInfo();
    Map.Entry<String, NodeInfo> first = inputs.entrySet().iterator().next();
    boolean isImage =
        inputs.size() == 1
            && first.getValue().getInfo() instanceof TensorInfo tensor
            && tensor.getShape().length == 4
            && (tensor.type == OnnxJavaType.FLOAT || tensor.type == OnnxJavaType.FLOAT16);
    var outputs = new LinkedHashMap<String, TensorInfo>();
    for (NodeInfo output : session.getOutputInfo().values()) {
      if (output.getInfo() instanceof TensorInfo tensor) {
        outputs.put(output.getName(), tensor);
      }
    }
    if (!isImage || outputs.isEmpty()) {
      throw new ModelLoadException(
          "the network takes %s: this version runs networks with one image input of floats,"
                  .formatted(inputs.values())
              + " [batch, channels, height, width]");
    }
    return new OnnxNetwork(
        session, first.getKey(), (TensorInfo) first.getValue().getInfo(), outputs);
  }

  OrtSession session() {
    return session;
  }

  String inputName() {
    return inputName;
  }

  boolean isHalfPrecision() {
    return input.type == OnnxJavaType.FLOAT16;
  }

  /** {@code [batch, channels, height, width]}, −1 where it is not fixed. */
  long[] inputShape() {
    return input.getShape();
  }

  /** Images in each batch, or 0 when any number will do. */
  int fixedBatch() {
    return (int) Math.max(0, inputShape()[0]);
  }

  /** By name, in the order of the network. */
  Map<String, TensorInfo> outputs() {
    return outputs;
  }

  /** Shapes of all outputs, −1 where they are not fixed. */
  List<long[]> outputShapes() {
    return outputs.values().stream().map(TensorInfo::getShape).toList();
  }

  /** Whether the shape of an output shows only after a forward pass. */
  boolean hasOpenOutputs() {
    return outputShapes().stream()
        .anyMatch(shape -> Arrays.stream(shape).skip(1).anyMatch(side -> side <= 0));
  }

  /**
   * @throws ModelLoadException when the input is not {@code [any, channels, height, width]}
   */
  void checkInput(int channels, int height, int width) throws ModelLoadException {
    long[] expected = {-1, channels, height, width};
    long[] shape = inputShape();
    for (int i = 1; i < shape.length; i++) {
      if (shape[i] > 0 && shape[i] != expected[i]) {
        throw new ModelLoadException(
            "the network takes %s but inference_config.json says %s: correct training_input_size"
                    .formatted(Arrays.toString(shape), Arrays.toString(expected))
                + " or input_channels");
      }
    }
  }

  @Override
  public void close() {
    close(session);
  }

  private static void close(OrtSession session) {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("an open session can be closed once", e);
    }
  }
}
