package dev.penstock.worker.engine.natives;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * ONNX Runtime's libraries for this platform, unpacked from its jar. Left to itself it unpacks them
 * at every start: 30 MB, or 600 MB and seconds with CUDA. Of processes that start together one
 * unpacks.
 */
final class OnnxRuntimeLibraries {
  private static final String CUDA = "onnxruntime_providers_cuda";

  private static final List<String> NAMES =
      List.of("onnxruntime", "onnxruntime4j_jni", "onnxruntime_providers_shared", CUDA);

  private static final String DAMAGED = "damaged";

  private final Path natives;

  OnnxRuntimeLibraries(Path natives) {
    this.natives = natives;
  }

  /** One library inside the jar. */
  private record Packed(String fileName, URL source, long bytes, long crc) {}

  /**
   * The folder with the libraries; null when they do not come from a jar, so that ONNX Runtime
   * finds them by its own rules.
   */
  @Nullable Path unpack() throws IOException {
    List<Packed> libraries = packed();
    if (libraries.isEmpty()) {
      return null;
    }
    Path folder = natives.resolve(folderName(libraries));
    if (!isComplete(folder, libraries)) {
      unpackOnce(libraries, folder);
    }
    return folder;
  }

  /** INVARIANT: a complete folder is never touched: another process may be loading from it. */
  private void unpackOnce(List<Packed> libraries, Path folder) throws IOException {
    new UnpackingLock(natives)
        .run(
            () -> {
              if (!isComplete(folder, libraries)) {
                unpack(libraries, folder);
              }
            });
  }

  private void unpack(List<Packed> libraries, Path folder) throws IOException {
    Path fresh = Files.createTempDirectory(natives, "unpacking-");
    for (Packed library : libraries) {
      try (InputStream in = library.source().openStream()) {
        Files.copy(in, fresh.resolve(library.fileName()));
      }
    }
    if (Files.exists(folder)) {
      Files.move(folder, fresh.resolve(DAMAGED), StandardCopyOption.ATOMIC_MOVE);
      delete(fresh.resolve(DAMAGED));
    }
    Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static boolean isComplete(Path folder, List<Packed> libraries) throws IOException {
    for (Packed library : libraries) {
      Path file = folder.resolve(library.fileName());
      if (!Files.isRegularFile(file) || Files.size(file) != library.bytes()) {
        return false;
      }
    }
    return true;
  }

  private static List<Packed> packed() throws IOException {
    var libraries = new ArrayList<Packed>();
    for (String name : NAMES) {
      String fileName = System.mapLibraryName(name);
      URL source = source(fileName);
      if (source != null && source.openConnection() instanceof JarURLConnection jar) {
        JarEntry entry = jar.getJarEntry();
        libraries.add(new Packed(fileName, source, entry.getSize(), entry.getCrc()));
      }
    }
    return libraries;
  }

  static boolean haveCuda() {
    return source(System.mapLibraryName(CUDA)) != null;
  }

  static boolean canHaveCuda() {
    return platform().equals("linux-x64") || platform().equals("win-x64");
  }

  private static @Nullable URL source(String fileName) {
    return OrtEnvironment.class.getResource(
        "/ai/onnxruntime/native/" + platform() + "/" + fileName);
  }

  /** Another version, or the one with CUDA, has other checksums. */
  private static String folderName(List<Packed> libraries) {
    long together = 0;
    for (Packed library : libraries) {
      together = 31 * together + library.crc();
    }
    return "onnxruntime-" + platform() + "-" + Long.toHexString(together);
  }

  /** As ONNX Runtime's jar names it. */
  private static String platform() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    String osName = os.contains("mac") ? "osx" : os.contains("win") ? "win" : "linux";
    return osName + "-" + (arch.equals("aarch64") ? "aarch64" : "x64");
  }
}
