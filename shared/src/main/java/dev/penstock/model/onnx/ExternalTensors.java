package dev.penstock.model.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finds the files in which an ONNX file keeps its tensors, wherever a tensor may stand: in the
 * graph, in graphs inside of its nodes, in functions. Field numbers are those of onnx.proto; see
 * https://github.com/onnx/onnx/blob/main/docs/ExternalData.md.
 */
public final class ExternalTensors {
  private static final int MODEL_GRAPH = 7;
  private static final int MODEL_TRAINING = 20;
  private static final int MODEL_FUNCTION = 25;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int GRAPH_SPARSE_INITIALIZER = 15;
  private static final int FUNCTION_NODE = 7;
  private static final int FUNCTION_ATTRIBUTE = 11;
  private static final int NODE_ATTRIBUTE = 5;
  private static final int ATTRIBUTE_TENSOR = 5;
  private static final int ATTRIBUTE_GRAPH = 6;
  private static final int ATTRIBUTE_TENSORS = 10;
  private static final int ATTRIBUTE_GRAPHS = 11;
  private static final int ATTRIBUTE_SPARSE = 22;
  private static final int ATTRIBUTE_SPARSES = 23;
  private static final int TENSOR_EXTERNAL_DATA = 13;
  private static final int TENSOR_DATA_LOCATION = 14;
  private static final int EXTERNAL = 1;

  /** Graphs inside of graphs; the format's own readers give up at about as many. */
  private static final int DEEPEST = 32;

  private static final int MOST_FILES = 10_000;
  private static final int LONGEST_LOCATION = 4_096;

  /** Location, and how many bytes the file there must have. */
  private final SortedMap<String, Long> found = new TreeMap<>();

  private ExternalTensors() {}

  /**
   * Reads what names files and skips the rest.
   *
   * @return for each location, as the file spells it, how many bytes the file there must have at
   *     least; empty when all tensors are inside
   * @throws OnnxFormatException when the file is no ONNX model
   * @throws IOException when it cannot be read
   */
  public static SortedMap<String, Long> read(Path file) throws IOException, OnnxFormatException {
    var tensors = new ExternalTensors();
    try (ProtobufFile protobuf = ProtobufFile.open(file)) {
      tensors.model(protobuf.root());
    }
    return tensors.found;
  }

  private void model(ProtobufMessage model) throws IOException, OnnxFormatException {
    while (model.next()) {
      switch (model.field()) {
        case MODEL_GRAPH -> graph(model.message(), 0);
        case MODEL_FUNCTION -> function(model.message());
        case MODEL_TRAINING -> {
          // 1 and 2 are its graphs
          ProtobufMessage training = model.message();
          while (training.next()) {
            if (training.field() <= 2) {
              graph(training.message(), 0);
            }
          }
        }
        default -> {
          // no tensors
        }
      }
    }
  }

  private void function(ProtobufMessage function) throws IOException, OnnxFormatException {
    while (function.next()) {
      if (function.field() == FUNCTION_NODE) {
        node(function.message(), 0);
      } else if (function.field() == FUNCTION_ATTRIBUTE) {
        attribute(function.message(), 0);
      }
    }
  }

  private void graph(ProtobufMessage graph, int depth) throws IOException, OnnxFormatException {
    if (depth > DEEPEST) {
      throw new OnnxFormatException("its graphs are nested more than " + DEEPEST + " deep");
    }
    while (graph.next()) {
      switch (graph.field()) {
        case GRAPH_NODE -> node(graph.message(), depth);
        case GRAPH_INITIALIZER -> tensor(graph.message());
        case GRAPH_SPARSE_INITIALIZER -> sparse(graph.message());
        default -> {
          // names and shapes
        }
      }
    }
  }

  private void node(ProtobufMessage node, int depth) throws IOException, OnnxFormatException {
    while (node.next()) {
      if (node.field() == NODE_ATTRIBUTE) {
        attribute(node.message(), depth);
      }
    }
  }

  private void attribute(ProtobufMessage attribute, int depth)
      throws IOException, OnnxFormatException {
    while (attribute.next()) {
      switch (attribute.field()) {
        case ATTRIBUTE_TENSOR, ATTRIBUTE_TENSORS -> tensor(attribute.message());
        case ATTRIBUTE_SPARSE, ATTRIBUTE_SPARSES -> sparse(attribute.message());
        case ATTRIBUTE_GRAPH, ATTRIBUTE_GRAPHS -> graph(attribute.message(), depth + 1);
        default -> {
          // numbers and texts
        }
      }
    }
  }

  /** 1 its values, 2 their indices. */
  private void sparse(ProtobufMessage sparse) throws IOException, OnnxFormatException {
    while (sparse.next()) {
      if (sparse.field() <= 2) {
        tensor(sparse.message());
      }
    }
  }

  private void tensor(ProtobufMessage tensor) throws IOException, OnnxFormatException {
    String location = "";
    long offset = 0;
    long length = 0;
    boolean external = false;
    while (tensor.next()) {
      if (tensor.field() == TENSOR_DATA_LOCATION) {
        external = tensor.number() == EXTERNAL;
      } else if (tensor.field() == TENSOR_EXTERNAL_DATA) {
        if (tensor.length() > LONGEST_LOCATION) {
          throw new OnnxFormatException("the name of a file of tensors is too long");
        }
        Map.Entry<String, String> entry = SignatureReader.entry(tensor.message());
        switch (entry.getKey()) {
          case "location" -> location = entry.getValue();
          case "offset" -> offset = bytes(entry);
          case "length" -> length = bytes(entry);
          default -> {
            // a checksum, which the package's own replaces
          }
        }
      }
    }
    if (external) {
      add(location, offset, length);
    }
  }

  private void add(String location, long offset, long length) throws OnnxFormatException {
    if (location.isEmpty()) {
      throw new OnnxFormatException("a tensor lies in another file whose name is missing");
    } else if (offset > Long.MAX_VALUE - length) {
      throw new OnnxFormatException("a tensor ends beyond the largest file");
    }
    found.merge(location, offset + length, Math::max);
    if (found.size() > MOST_FILES) {
      throw new OnnxFormatException("its tensors lie in more than " + MOST_FILES + " files");
    }
  }

  private static long bytes(Map.Entry<String, String> entry) throws OnnxFormatException {
    String value = entry.getValue();
    // Leading zeros are nothing anybody writes; 18 digits are less than the largest number.
    if (value.isEmpty()
        || value.length() > 18
        || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new OnnxFormatException("the " + entry.getKey() + " of a tensor is no number of bytes");
    }
    return Long.parseLong(value);
  }
}
