package dev.penstock.worker.engine.natives;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

/** Run as a process: loads ONNX Runtime and says how many threads it left running. */
final class RuntimeLoaded {
  private static final String LOADER = "loads-ort";

  private RuntimeLoaded() {}

  public static void main(String[] args) throws Exception {
    var loading =
        new FutureTask<>(
            () -> {
              if (args[0].equals("ours")) {
                Natives.loadOnnxRuntime(Path.of(args[1]));
              } else {
                OrtEnvironment.getEnvironment();
              }
            },
            null);
    var loader = new Thread(null, loading, LOADER, 64L << 20);
    loader.start();
    loading.get();
    loader.join();
    System.out.println(threads());
  }

  /** Threads of native code bear the name of the thread that started them. */
  private static long threads() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/task"))) {
      return all.filter(
              thread -> {
                String name = name(thread);
                return name.equals(LOADER) || name.equals("load-onnxruntim");
              })
          .count();
    }
  }

  private static String name(Path thread) {
    try {
      return Files.readString(thread.resolve("comm")).strip();
    } catch (IOException ended) {
      return "";
    }
  }
}
