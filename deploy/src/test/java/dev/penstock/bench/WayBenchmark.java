package dev.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.repository.FolderRepository;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.engine.BatchRunner;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.devices.Devices;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the way through router, queue and worker adds to the bare execution, and how many requests a
 * second it carries beside loops that have nothing around them; all in one run, in rounds, so that
 * a noisy machine is noisy for all of them.
 */
final class WayBenchmark {
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);
  private static final Duration SPAN = Duration.ofSeconds(Integer.getInteger("bench.seconds", 4));

  /** Until the compiler has seen everything that a server in use runs. */
  private static final Duration WARM_UP = SPAN.multipliedBy(3);

  private static final int CLIENTS = 16;
  private static final int SIDE = 416;
  private static final Path PICTURE =
      Path.of(System.getProperty("bench.picture", "images/rocket.jpg"));

  private final Ticker ticker = Ticker.SYSTEM;

  @TempDir Path cache;

  /** One picture to the server and what came of it, in milliseconds. */
  private record Exchange(double total, double execution) {}

  @Test
  void the_way_beside_bare_loops() throws Exception {
    byte[] picture = Files.readAllBytes(PICTURE);
    ModelPackage model =
        Objects.requireNonNull(FolderRepository.open(List.of(Path.of("models"))).find("coco/1"));
    int lanes = Runtime.getRuntime().availableProcessors();
    List<Double> added = new ArrayList<>();
    List<Double> served = new ArrayList<>();
    List<Double> engine = new ArrayList<>();
    List<Double> forward = new ArrayList<>();
    try (LocalServer server = LocalServer.start(cache);
        Device device = Devices.open("cpu", cache);
        LoadedModel loaded = device.load(model)) {
      exchanges(server, picture, 1, WARM_UP);
      exchanges(server, picture, CLIENTS, WARM_UP);
      for (int round = 0; round < ROUNDS; round++) {
        added.add(
            median(
                exchanges(server, picture, 1, SPAN).stream()
                    .mapToDouble(one -> one.total() - one.execution())));
        served.add(perSecond(exchanges(server, picture, CLIENTS, SPAN).size()));
        engine.add(perSecond(engineLoop(loaded, picture)));
        forward.add(perSecond(forwardLoop(model, lanes)));
      }
    }
    System.out.printf(
        "picture %s, %d bytes; %d rounds of %d s%n",
        PICTURE.getFileName(), picture.length, ROUNDS, SPAN.toSeconds());
    System.out.printf(
        "one client: end-to-end minus X-Execution-Time, ms:       %s%n", spread(added));
    System.out.printf(
        "%d clients through router, queue and worker, req/s:      %s%n", CLIENTS, spread(served));
    System.out.printf(
        "the same work in a bare loop (decode to answer), 1/s:    %s%n", spread(engine));
    System.out.printf(
        "plain ONNX Runtime loop (forward passes only), 1/s:      %s%n", spread(forward));
    assertThat(served).allMatch(rate -> rate > 0);
  }

  private List<Exchange> exchanges(LocalServer server, byte[] picture, int clients, Duration span)
      throws Exception {
    byte[] body = Base64.getEncoder().encode(picture);
    try (var client = new PlainClient(server.resolve("/"), "/coco/1?api_key=bench", body)) {
      return sideBySide(
          clients,
          span,
          () -> {
            long from = ticker.nanos();
            Map<String, String> headers = client.exchange();
            double total = (ticker.nanos() - from) / 1e6;
            return new Exchange(total, 1e3 * Double.parseDouble(headers.get("x-execution-time")));
          });
    }
  }

  private int engineLoop(LoadedModel loaded, byte[] picture) throws Exception {
    var free =
        new ArrayBlockingQueue<BatchRunner>(loaded.runners().size(), false, loaded.runners());
    return sideBySide(
            loaded.runners().size(),
            SPAN,
            () -> {
              BatchRunner runner = free.take();
              try (BatchRunner.DecodedImage image =
                  runner.decode(picture, JobParameters.DEFAULTS)) {
                runner.preprocess(0, image, JobParameters.DEFAULTS);
                runner.infer(1);
                return runner.postprocess(0, image, JobParameters.DEFAULTS);
              } finally {
                free.put(runner);
              }
            })
        .size();
  }

  private int forwardLoop(ModelPackage model, int threads) throws Exception {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session =
          environment.createSession(model.folder().resolve("weights.onnx").toString(), options)) {
        String input = session.getInputNames().iterator().next();
        return sideBySide(
                threads,
                SPAN,
                () -> {
                  var pixels =
                      ByteBuffer.allocateDirect(3 * SIDE * SIDE * Float.BYTES)
                          .order(ByteOrder.nativeOrder())
                          .asFloatBuffer();
                  try (OnnxTensor tensor =
                          OnnxTensor.createTensor(
                              environment, pixels, new long[] {1, 3, SIDE, SIDE});
                      OrtSession.Result result = session.run(Map.of(input, tensor))) {
                    return result.size();
                  }
                })
            .size();
      }
    }
  }

  /** Repeats a step on several threads until the time is over. */
  private <T> List<T> sideBySide(int threads, Duration span, Callable<T> step) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    long end = ticker.nanos() + span.toNanos();
    try {
      List<Future<List<T>>> running = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        running.add(
            pool.submit(
                () -> {
                  var results = new ArrayList<T>();
                  while (ticker.nanos() < end) {
                    results.add(step.call());
                  }
                  return results;
                }));
      }
      var all = new ArrayList<T>();
      for (Future<List<T>> one : running) {
        all.addAll(one.get());
      }
      return all;
    } finally {
      pool.shutdown();
    }
  }

  private static double perSecond(int count) {
    return count / (double) SPAN.toSeconds();
  }

  private static double median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static String spread(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return "median %.2f (%.2f to %.2f)"
        .formatted(sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
  }
}
