package dev.penstock.model.onnx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Writes ONNX files with what describes a model and no network in them. */
public final class OnnxBuilder {
  public static final int FLOAT = 1;
  public static final int UINT8 = 2;
  public static final int INT64 = 7;
  public static final int FLOAT16 = 10;

  private final ByteArrayOutputStream graph = new ByteArrayOutputStream();
  private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();

  /**
   * @param shape numbers and names of dimensions; an empty name is a dimension without any
   */
  public OnnxBuilder input(String name, int type, Object... shape) {
    write(graph, 11, tensor(name, type, shape));
    return this;
  }

  public OnnxBuilder output(String name, int type, Object... shape) {
    write(graph, 12, tensor(name, type, shape));
    return this;
  }

  /** Weights of so many bytes. */
  public OnnxBuilder initializer(String name, int bytes) {
    var tensor = new ByteArrayOutputStream();
    write(tensor, 9, new byte[bytes]);
    write(tensor, 8, name);
    write(graph, 5, tensor.toByteArray());
    return this;
  }

  /** Weights that lie in another file; null for what is not said of them. */
  public OnnxBuilder external(
      String name, String location, @Nullable String offset, @Nullable String length) {
    write(graph, 5, externalTensor(name, location, offset, length));
    return this;
  }

  /** A tensor that lies in another file, as bytes of a {@code TensorProto}. */
  public static byte[] externalTensor(
      String name, String location, @Nullable String offset, @Nullable String length) {
    var tensor = new ByteArrayOutputStream();
    write(tensor, 8, name);
    write(tensor, 13, pair("location", location));
    if (offset != null) {
      write(tensor, 13, pair("offset", offset));
    }
    if (length != null) {
      write(tensor, 13, pair("length", length));
    }
    number(tensor, 14, 1);
    return tensor.toByteArray();
  }

  /** A field of the graph that nothing else here writes. */
  public OnnxBuilder graphField(int field, byte[] content) {
    write(graph, field, content);
    return this;
  }

  /** A field with that content, as bytes. */
  public static byte[] field(int field, byte[] content) {
    var out = new ByteArrayOutputStream();
    write(out, field, content);
    return out.toByteArray();
  }

  private static byte[] pair(String key, String value) {
    var entry = new ByteArrayOutputStream();
    write(entry, 1, key);
    write(entry, 2, value);
    return entry.toByteArray();
  }

  public OnnxBuilder meta(String key, String value) {
    var entry = new ByteArrayOutputStream();
    write(entry, 1, key);
    write(entry, 2, value);
    write(metadata, 14, entry.toByteArray());
    return this;
  }

  public byte[] bytes() {
    var model = new ByteArrayOutputStream();
    number(model, 1, 8);
    write(model, 2, "a tool");
    write(model, 3, "1.0");
    write(model, 7, graph.toByteArray());
    model.writeBytes(metadata.toByteArray());
    return model.toByteArray();
  }

  public Path write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    return Files.write(file, bytes());
  }

  /** A detector as Ultralytics exports it, of two classes: cat and dog. */
  public static OnnxBuilder detector() {
    return new OnnxBuilder()
        .input("images", FLOAT, 1, 3, 64, 96)
        .output("output0", FLOAT, 1, 6, 84)
        .meta("description", "Ultralytics YOLOv8n model trained on pets.yaml")
        .meta("task", "detect")
        .meta("imgsz", "[64, 96]")
        .meta("names", "{0: 'cat', 1: 'dog'}");
  }

  private static byte[] tensor(String name, int type, Object... shape) {
    var dimensions = new ByteArrayOutputStream();
    for (Object side : shape) {
      var dimension = new ByteArrayOutputStream();
      if (side instanceof Number size) {
        number(dimension, 1, size.longValue());
      } else if (!side.equals("")) {
        write(dimension, 2, (String) side);
      }
      write(dimensions, 1, dimension.toByteArray());
    }
    var tensor = new ByteArrayOutputStream();
    number(tensor, 1, type);
    write(tensor, 2, dimensions.toByteArray());
    var kinds = new ByteArrayOutputStream();
    write(kinds, 1, tensor.toByteArray());
    var value = new ByteArrayOutputStream();
    write(value, 1, name);
    write(value, 2, kinds.toByteArray());
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
