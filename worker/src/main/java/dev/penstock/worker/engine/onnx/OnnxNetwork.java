package dev.penstock.worker.engine.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import dev.penstock.worker.engine.ModelLoadException;
import dev.penstock.worker.vision.ModelFamily;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network with one image input {@code [batch, channels, height, width]} or one of the forms of
 * {@link InputForm}. One session serves all lanes: forward passes of several threads at once are
 * allowed, and the weights are there only once.
 */
final class OnnxNetwork implements AutoCloseable {
  private final OrtSession session;
  private final String inputName;
  private final InputForm form;
  private final Map<String, SideInput> sideInputs;
  private final Map<String, TensorInfo> outputs;
  private final OutputRows rows;

  private OnnxNetwork(
      OrtSession session,
      String inputName,
      InputForm form,
      Map<String, SideInput> sideInputs,
      Map<String, TensorInfo> outputs,
      OutputRows rows) {
    this.session = session;
    this.inputName = inputName;
    this.form = form;
    this.sideInputs = sideInputs;
    this.outputs = outputs;
    this.rows = rows;
  }

  /**
   * @param family says how the input lies in memory and how outputs belong to pictures
   * @throws ModelLoadException when the file is no network of that kind
   */
  static OnnxNetwork open(Path weights, SessionOptions options, ModelFamily family)
      throws ModelLoadException {
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
      network = describe(session, family);
      return network;
    } catch (OrtException e) {
      throw new ModelLoadException("the network cannot be looked into: " + e.getMessage(), e);
    } finally {
      if (network == null) {
        close(session);
      }
    }
  }

  private static OnnxNetwork describe(OrtSession session, ModelFamily family)
      throws OrtException, ModelLoadException {
    Map<String, NodeInfo> inputs = session.getInputInfo();
    var sideInputs = new LinkedHashMap<String, SideInput>();
    var pictures = new LinkedHashMap<String, TensorInfo>();
    for (NodeInfo input : inputs.values()) {
      if (!(input.getInfo() instanceof TensorInfo tensor)) {
        throw wrongInputs(inputs);
      }
      SideInput known = SideInput.of(input.getName(), tensor);
      if (known == null) {
        pictures.put(input.getName(), tensor);
      } else {
        sideInputs.put(input.getName(), known);
      }
    }
    var outputs = new LinkedHashMap<String, TensorInfo>();
    for (NodeInfo output : session.getOutputInfo().values()) {
      if (output.getInfo() instanceof TensorInfo tensor) {
        outputs.put(output.getName(), tensor);
      }
    }
    if (pictures.size() != 1 || outputs.isEmpty()) {
      throw wrongInputs(inputs);
    }
    Map.Entry<String, TensorInfo> picture = pictures.entrySet().iterator().next();
    if (!InputForm.isKnown(picture.getValue())) {
      throw wrongInputs(inputs);
    }
    return new OnnxNetwork(
        session,
        picture.getKey(),
        InputForm.of(picture.getValue(), family.input().channelsLast()),
        sideInputs,
        outputs,
        new OutputRows(family.rows()));
  }

  private static ModelLoadException wrongInputs(Map<String, NodeInfo> inputs) {
    return new ModelLoadException(
        "the network takes %s: this version runs networks with one image input of floats or bytes,"
                .formatted(inputs.values())
            + " [batch, channels, height, width] or with the channels last");
  }

  OrtSession session() {
    return session;
  }

  String inputName() {
    return inputName;
  }

  InputForm form() {
    return form;
  }

  /** What is fed beside pictures, by name. */
  Map<String, SideInput> sideInputs() {
    return sideInputs;
  }

  OutputRows rows() {
    return rows;
  }

  /** Images in each batch, or 0 when any number will do. */
  int fixedBatch() {
    return (int) Math.max(0, form.batch());
  }

  /** By name, in the order of the network. */
  Map<String, TensorInfo> outputs() {
    return outputs;
  }

  /** Shapes of all outputs with the batch dimension, −1 where they are not fixed. */
  List<long[]> outputShapes() {
    return outputs.values().stream().map(output -> rows.byPicture(output.getShape())).toList();
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
    long[] expected = form.shape(-1, channels, height, width);
    long[] shape = form.declared();
    for (int i = 0; i < shape.length; i++) {
      if (expected[i] > 0 && shape[i] > 0 && shape[i] != expected[i]) {
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
