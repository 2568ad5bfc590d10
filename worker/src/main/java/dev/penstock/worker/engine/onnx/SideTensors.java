package dev.penstock.worker.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What one pass feeds beside pictures. */
final class SideTensors implements AutoCloseable {
  private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();

  /**
   * @param input shape of the image input, {@code [batch, channels, height, width]}
   */
  SideTensors(Map<String, SideInput> inputs, int pictures, long[] input) throws OrtException {
    for (Map.Entry<String, SideInput> side : inputs.entrySet()) {
      tensors.put(side.getKey(), side.getValue().tensor(pictures, input[2], input[3]));
    }
  }

  /** All inputs of the pass. */
  Map<String, OnnxTensor> with(String name, OnnxTensor pictures) {
    var all = new LinkedHashMap<>(tensors);
    all.put(name, pictures);
    return all;
  }

  @Override
  public void close() {
    tensors.values().forEach(OnnxTensor::close);
  }
}
