package dev.penstock.worker.engine.onnx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes small ONNX networks that run. Names are chosen by the tests. */
final class NetworkBuilder {
  private static final int FLOAT = 1;
  private static final int INT64 = 7;
  private static final int OPERATORS = 13;

  private final ByteArrayOutputStream graph = new ByteArrayOutputStream();
  private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();

  NetworkBuilder() {
    write(graph, 2, "a network of a test");
  }

  /**
   * @param shape numbers, and names of dimensions that are free
   */
  NetworkBuilder input(String name, Object... shape) {
    write(graph, 11, tensor(name, shape));
    return this;
  }

  NetworkBuilder output(String name, Object... shape) {
    write(graph, 12, tensor(name, shape));
    return this;
  }

  NetworkBuilder floats(String name, List<Integer> shape, float... values) {
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      raw.putFloat(value);
    }
    return constant(name, FLOAT, shape, raw.array());
  }

  NetworkBuilder longs(String name, List<Integer> shape, long... values) {
    ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      raw.putLong(value);
    }
    return constant(name, INT64, shape, raw.array());
  }

  private NetworkBuilder constant(String name, int type, List<Integer> shape, byte[] raw) {
    var tensor = new ByteArrayOutputStream();
    shape.forEach(side -> number(tensor, 1, side));
    number(tensor, 2, type);
    write(tensor, 8, name);
    write(tensor, 9, raw);
    write(graph, 5, tensor.toByteArray());
    return this;
  }

  /** A node without attributes. */
  NetworkBuilder node(String operator, List<String> inputs, String output) {
    return node(operator, inputs, output, List.of());
  }

  NetworkBuilder node(
      String operator, List<String> inputs, String output, List<byte[]> attributes) {
    var node = new ByteArrayOutputStream();
    inputs.forEach(input -> write(node, 1, input));
    write(node, 2, output);
    write(node, 4, operator);
    attributes.forEach(attribute -> write(node, 5, attribute));
    write(graph, 1, node.toByteArray());
    return this;
  }

  /** A whole number as attribute of a node. */
  static byte[] attribute(String name, long value) {
    var attribute = new ByteArrayOutputStream();
    write(attribute, 1, name);
    number(attribute, 3, value);
    number(attribute, 20, 2);
    return attribute.toByteArray();
  }

  /** Whole numbers as attribute of a node. */
  static byte[] attribute(String name, long... values) {
    var attribute = new ByteArrayOutputStream();
    write(attribute, 1, name);
    for (long value : values) {
      number(attribute, 8, value);
    }
    number(attribute, 20, 7);
    return attribute.toByteArray();
  }

  NetworkBuilder meta(String key, String value) {
    var entry = new ByteArrayOutputStream();
    write(entry, 1, key);
    write(entry, 2, value);
    write(metadata, 14, entry.toByteArray());
    return this;
  }

  Path write(Path file) throws IOException {
    var model = new ByteArrayOutputStream();
    number(model, 1, 8);
    write(model, 2, "a test");
    write(model, 7, graph.toByteArray());
    var operators = new ByteArrayOutputStream();
    number(operators, 2, OPERATORS);
    write(model, 8, operators.toByteArray());
    model.writeBytes(metadata.toByteArray());
    Files.createDirectories(file.toAbsolutePath().getParent());
    return Files.write(file, model.toByteArray());
  }

  private static byte[] tensor(String name, Object... shape) {
    var dimensions = new ByteArrayOutputStream();
    for (Object side : shape) {
      var dimension = new ByteArrayOutputStream();
      if (side instanceof Number size) {
        number(dimension, 1, size.longValue());
      } else {
        write(dimension, 2, (String) side);
      }
      write(dimensions, 1, dimension.toByteArray());
    }
    var tensor = new ByteArrayOutputStream();
    number(tensor, 1, FLOAT);
    write(tensor, 2, dimensions.toByteArray());
    var kind = new ByteArrayOutputStream();
    write(kind, 1, tensor.toByteArray());
    var value = new ByteArrayOutputStream();
    write(value, 1, name);
    write(value, 2, kind.toByteArray());
    return value.toByteArray();
  }

  private static void number(ByteArrayOutputStream out, int field, long value) {
    varint(out, (long) field << 3);
    varint(out, value);
  }

  private static void write(ByteArrayOutputStream out, int field, String text) {
    write(out, field, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void write(ByteArrayOutputStream out, int field, byte[] content) {
    varint(out, ((long) field << 3) | 2);
    varint(out, content.length);
    out.writeBytes(content);
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
