package dev.penstock.it.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A repository of packages made from the one that ships.
 *
 * @param path its folder
 */
public record ModelFolder(Path path) {
  private static final Path SHIPPED = Path.of("models", "coco", "1");
  private static final String CLASS_NAMES = "class_names.txt";

  /** One that does not exist yet. */
  public static ModelFolder in(Path folder) {
    try {
      return new ModelFolder(Files.createDirectory(folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The shipped model under another id; its classes carry that name, so it is another package. */
  public ModelFolder add(String modelId) {
    try {
      Path target = copy(modelId);
      List<String> names =
          Files.readAllLines(target.resolve(CLASS_NAMES)).stream()
              .map(name -> modelId + " " + name)
              .toList();
      Files.write(target.resolve(CLASS_NAMES), names);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A package elsewhere; its classes carry that name. */
  public ModelFolder add(String modelId, String name, Path from) {
    try {
      copy(modelId, from);
      rename(modelId, name, from);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The very files of the shipped model under another id. */
  public ModelFolder addTwin(String modelId) {
    try {
      copy(modelId);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A package that reads well and whose weights no runtime can load. */
  public ModelFolder addBroken(String modelId) {
    try {
      Files.write(copy(modelId).resolve("weights.onnx"), unloadable());
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The shipped network with operators that no runtime knows. */
  public static byte[] unloadable() throws IOException {
    String network =
        new String(
            Files.readAllBytes(SHIPPED.resolve("weights.onnx")), StandardCharsets.ISO_8859_1);
    return network.replace("Conv", "Cxyz").getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Another package in the place of one: its classes carry that name. Written over it in place. */
  public void rename(String modelId, String name) throws IOException {
    rename(modelId, name, SHIPPED);
  }

  /** As above, for a package that was made from that one. */
  public void rename(String modelId, String name, Path from) throws IOException {
    Path classNames = path.resolve(modelId).resolve(CLASS_NAMES);
    List<String> names =
        Files.readAllLines(from.resolve(CLASS_NAMES)).stream()
            .map(className -> name + " " + className)
            .toList();
    Files.write(classNames, names);
  }

  /** Takes a package away. */
  public void remove(String modelId) throws IOException {
    try (Stream<Path> files = Files.walk(path.resolve(modelId))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private Path copy(String modelId) throws IOException {
    return copy(modelId, SHIPPED);
  }

  private Path copy(String modelId, Path from) throws IOException {
    Path target = Files.createDirectories(path.resolve(modelId));
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(Objects.requireNonNull(file.getFileName())));
      }
    }
    return target;
  }
}
