package dev.penstock.model.onnx;

import dev.penstock.model.onnx.TensorSpec.Dimension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Field numbers and types of onnx.proto, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 */
final class SignatureReader {
  private static final int MODEL_PRODUCER = 2;
  private static final int MODEL_PRODUCER_VERSION = 3;
  private static final int MODEL_GRAPH = 7;
  private static final int MODEL_METADATA = 14;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int GRAPH_INPUT = 11;
  private static final int GRAPH_OUTPUT = 12;
  private static final int INITIALIZER_NAME = 8;

  /** More inputs or outputs than any network has: then it is none. */
  private static final int MOST_TENSORS = 10_000;

  private static final int MOST_DIMENSIONS = 64;

  /** A longer note of a tool is none that says how to feed the network: it is passed over. */
  private static final long LONGEST_NOTE = 1 << 20;

  /** By {@code TensorProto.DataType}. */
  private static final List<String> TYPES =
      List.of(
          "undefined",
          "float32",
          "uint8",
          "int8",
          "uint16",
          "int16",
          "int32",
          "int64",
          "string",
          "bool",
          "float16",
          "float64",
          "uint32",
          "uint64",
          "complex64",
          "complex128",
          "bfloat16");

  private SignatureReader() {}

  private record Graph(List<TensorSpec> inputs, List<TensorSpec> outputs) {}

  static OnnxSignature model(ProtobufMessage model) throws IOException, OnnxFormatException {
    String producer = "";
    String version = "";
    Graph graph = new Graph(List.of(), List.of());
    var metadata = new HashMap<String, String>();
    while (model.next()) {
      switch (model.field()) {
        case MODEL_PRODUCER -> producer = model.text();
        case MODEL_PRODUCER_VERSION -> version = model.text();
        case MODEL_GRAPH -> graph = graph(model.message());
        case MODEL_METADATA -> {
          if (model.length() <= LONGEST_NOTE) {
            Map.Entry<String, String> entry = entry(model.message());
            metadata.put(entry.getKey(), entry.getValue());
          }
        }
        default -> {
          // says nothing of how to feed it
        }
      }
    }
    if (graph.inputs.isEmpty() || graph.outputs.isEmpty()) {
      throw new OnnxFormatException("it has no graph with inputs and outputs");
    }
    return new OnnxSignature(
        (producer + " " + version).strip(), metadata, graph.inputs, graph.outputs);
  }

  /** Early versions of the format list weights as inputs, too: those need not be fed. */
  private static Graph graph(ProtobufMessage graph) throws IOException, OnnxFormatException {
    var inputs = new ArrayList<TensorSpec>();
    var outputs = new ArrayList<TensorSpec>();
    Set<String> weights = new HashSet<>();
    while (graph.next()) {
      switch (graph.field()) {
        case GRAPH_INITIALIZER -> weights.add(nameOf(graph.message()));
        case GRAPH_INPUT -> inputs.add(tensor(graph.message()));
        case GRAPH_OUTPUT -> outputs.add(tensor(graph.message()));
        default -> {
          // nodes and notes
        }
      }
      if (inputs.size() + outputs.size() > MOST_TENSORS) {
        throw new OnnxFormatException("it has more than " + MOST_TENSORS + " inputs and outputs");
      }
    }
    inputs.removeIf(input -> weights.contains(input.name()));
    return new Graph(inputs, outputs);
  }

  private static String nameOf(ProtobufMessage initializer)
      throws IOException, OnnxFormatException {
    String name = "";
    while (initializer.next()) {
      if (initializer.field() == INITIALIZER_NAME) {
        name = initializer.text();
      }
    }
    return name;
  }

  /** {@code StringStringEntryProto}: 1 key, 2 value. */
  static Map.Entry<String, String> entry(ProtobufMessage entry)
      throws IOException, OnnxFormatException {
    String key = "";
    String value = "";
    while (entry.next()) {
      if (entry.field() == 1) {
        key = entry.text();
      } else if (entry.field() == 2) {
        value = entry.text();
      }
    }
    return Map.entry(key, value);
  }

  /** {@code ValueInfoProto}: 1 name, 2 type, and in that 1 a tensor: 1 element type, 2 shape. */
  private static TensorSpec tensor(ProtobufMessage value) throws IOException, OnnxFormatException {
    String name = "";
    String type = TYPES.get(0);
    var shape = new ArrayList<Dimension>();
    while (value.next()) {
      if (value.field() == 1) {
        name = value.text();
      } else if (value.field() == 2) {
        ProtobufMessage kinds = value.message();
        while (kinds.next()) {
          ProtobufMessage tensor = kinds.message();
          while (kinds.field() == 1 && tensor.next()) {
            if (tensor.field() == 1) {
              type = typeOf(tensor.number());
            } else if (tensor.field() == 2) {
              dimensions(tensor.message(), shape);
            }
          }
        }
      }
    }
    return new TensorSpec(name, type, shape);
  }

  private static String typeOf(long number) {
    return number >= 0 && number < TYPES.size() ? TYPES.get((int) number) : "type" + number;
  }

  /** {@code TensorShapeProto}: 1 each dimension, in that 1 its size or 2 its name. */
  private static void dimensions(ProtobufMessage shape, List<Dimension> dimensions)
      throws IOException, OnnxFormatException {
    while (shape.next()) {
      if (shape.field() == 1) {
        ProtobufMessage dimension = shape.message();
        long size = -1;
        String name = "";
        while (dimension.next()) {
          if (dimension.field() == 1) {
            size = Math.max(-1, dimension.number());
          } else if (dimension.field() == 2) {
            name = dimension.text();
          }
        }
        dimensions.add(new Dimension(size, name));
        if (dimensions.size() > MOST_DIMENSIONS) {
          throw new OnnxFormatException(
              "a tensor has more than " + MOST_DIMENSIONS + " dimensions");
        }
      }
    }
  }
}
