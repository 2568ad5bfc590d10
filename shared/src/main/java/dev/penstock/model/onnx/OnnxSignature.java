package dev.penstock.model.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What an ONNX file says of itself.
 *
 * @param producer the tool that wrote it, with its version, may be empty
 * @param metadata what that tool noted ({@code metadata_props})
 * @param inputs what has to be fed, in order
 * @param outputs what comes out, in order
 */
public record OnnxSignature(
    String producer,
    Map<String, String> metadata,
    List<TensorSpec> inputs,
    List<TensorSpec> outputs) {
  public OnnxSignature {
    metadata = Map.copyOf(metadata);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * Reads the describing fields and skips nodes and weights, so that it takes milliseconds whatever
   * the size of the file.
   *
   * @throws OnnxFormatException when the file is no ONNX model
   * @throws IOException when it cannot be read
   */
  public static OnnxSignature read(Path file) throws IOException, OnnxFormatException {
    try (ProtobufFile protobuf = ProtobufFile.open(file)) {
      return SignatureReader.model(protobuf.root());
    }
  }
}
