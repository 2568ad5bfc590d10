package dev.penstock.model.layout;

import dev.penstock.model.ModelPackage;
import dev.penstock.model.PackageException;
import dev.penstock.model.onnx.ExternalTensors;
import dev.penstock.model.onnx.OnnxFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files beside a network in which its tensors lie: those that it names and no others. They lie
 * in its folder or below, so that no model reads what else is on the machine.
 */
final class TensorFiles {
  /** With it ONNX Runtime takes an address of its memory for a file. */
  private static final String MEMORY_MARK = "_ORT_MEM_ADDR_";

  private static final int SHOWN = 80;

  private final Path folder;
  private final String weights;
  private final SortedMap<String, Long> leastBytes;

  private TensorFiles(Path folder, String weights, SortedMap<String, Long> leastBytes) {
    this.folder = folder;
    this.weights = weights;
    this.leastBytes = leastBytes;
  }

  /**
   * What a network names.
   *
   * @param weights its file's name in that folder
   * @throws PackageException when the file is no network, or names files that cannot belong to it
   * @throws IOException when it cannot be read
   */
  static TensorFiles of(Path folder, String weights) throws PackageException, IOException {
    var files = new TreeMap<String, Long>();
    for (Map.Entry<String, Long> named : named(folder, weights).entrySet()) {
      files.merge(name(weights, named.getKey()), named.getValue(), Math::max);
    }
    return new TensorFiles(folder, weights, files);
  }

  private static SortedMap<String, Long> named(Path folder, String weights)
      throws PackageException, IOException {
    try {
      return ExternalTensors.read(folder.resolve(weights));
    } catch (OnnxFormatException e) {
      throw PackageReader.incomplete(weights, e);
    }
  }

  /** A location as the name of a file of the package: relative, without detours. */
  private static String name(String weights, String location) throws PackageException {
    var parts = new ArrayList<String>();
    for (String part : location.split("/", -1)) {
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    boolean plain =
        !location.startsWith("/")
            && !location.endsWith("/")
            && !location.contains("\\")
            && !location.contains(MEMORY_MARK)
            && location.chars().noneMatch(Character::isISOControl)
            && !parts.isEmpty()
            && !parts.contains("..");
    if (!plain) {
      throw outside(weights, location);
    }
    String name = String.join("/", parts);
    if (name.equals(weights)
        || name.equals(ModelPackage.WEIGHTS)
        || PackageSource.describes(name)) {
      throw new PackageException(
          "%s keeps tensors in %s, which is another file of a package: export it with another name for them"
              .formatted(weights, shown(name)));
    }
    return name;
  }

  /** Their names, sorted. */
  List<String> names() {
    return List.copyOf(leastBytes.keySet());
  }

  /**
   * Looks whether all are there.
   *
   * @throws PackageException naming the one that is not, or is too short, or lies elsewhere
   */
  void check() throws PackageException, IOException {
    for (Map.Entry<String, Long> file : leastBytes.entrySet()) {
      check(file.getKey(), file.getValue());
    }
  }

  private void check(String name, long least) throws PackageException, IOException {
    try {
      Path real = folder.resolve(name).toRealPath();
      if (!real.startsWith(folder.toRealPath())) {
        throw outside(weights, name);
      } else if (!Files.isRegularFile(real)) {
        throw new PackageException(
            "%s in %s is no file, but %s keeps tensors in it: export the model again"
                .formatted(shown(name), folder, weights));
      } else if (Files.size(real) < least) {
        throw new PackageException(
            "%s in %s is not complete: it has %d bytes, and %s needs %d of it. Copy it again"
                .formatted(shown(name), folder, Files.size(real), weights, least));
      }
    } catch (NoSuchFileException e) {
      throw new PackageException(
          "%s is missing in %s: %s keeps tensors in it. Copy it there, too"
              .formatted(shown(name), folder, weights),
          e);
    } catch (InvalidPathException e) {
      throw new PackageException(
          "%s keeps tensors in %s, a name that cannot be read with this machine's locale: start with LC_ALL=C.UTF-8"
              .formatted(weights, shown(name)),
          e);
    }
  }

  private static PackageException outside(String weights, String location) {
    return new PackageException(
        "%s keeps tensors in %s, which is not in its folder: export it with its tensors beside it"
            .formatted(weights, shown(location)));
  }

  private static String shown(String name) {
    String plain = name.replaceAll("\\p{Cntrl}", "?");
    return plain.length() > SHOWN ? plain.substring(0, SHOWN) + "…" : plain;
  }

  /** Names of the tensor files of a package, or none while they cannot be told. */
  static List<String> peek(Path folder, String weights) throws IOException {
    try {
      return of(folder, weights).names();
    } catch (PackageException e) {
      return Collections.emptyList(); // reading it says why
    }
  }
}
