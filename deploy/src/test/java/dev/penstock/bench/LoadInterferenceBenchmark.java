package dev.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.it.kit.ModelFolder;
import dev.penstock.telemetry.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What loading a model does to requests for another one at half load: their 99th percentile while a
 * model is fetched, loaded, measured and warmed for the first time ever, over that of as long a
 * time just before. Five loads in one run; their medians count.
 */
final class LoadInterferenceBenchmark {
  private static final int LOADS = Integer.getInteger("bench.rounds", 5);
  private static final Duration SPAN = Duration.ofSeconds(Integer.getInteger("bench.seconds", 4));
  private static final int CLIENTS = 16;
  private static final Path PICTURE = Path.of("images/rocket.jpg");

  /** Exports whose sizes are more usual than the shipped model's, where there are any. */
  private static final Path LARGER = Path.of("../../shared/models/test");

  private final Ticker ticker = Ticker.SYSTEM;

  @TempDir Path folder;

  /** A request that was sent when it was due. */
  private record Request(long dueNanos, long endNanos) {
    double millis() {
      return (endNanos - dueNanos) / 1e6;
    }
  }

  /** Models of which none has been loaded. */
  private List<String> coldModels(ModelFolder models) throws IOException {
    var cold = new ArrayList<String>();
    if (Files.isDirectory(LARGER)) {
      try (Stream<Path> exports = Files.list(LARGER)) {
        for (Path export : exports.filter(file -> file.toString().contains("yolo")).toList()) {
          Files.copy(export, models.path().resolve(export.getFileName()));
          cold.add(export.getFileName().toString().replace(".onnx", "") + "/1");
        }
      }
    }
    for (int number = 0; number < LOADS; number++) {
      models.add("cold" + number + "/1");
      cold.add("cold" + number + "/1");
    }
    return cold;
  }

  @Test
  void one_model_is_loaded_while_another_serves_at_half_load() throws Exception {
    ModelFolder models = ModelFolder.in(folder.resolve("models")).add("warm/1");
    List<String> cold = coldModels(models);
    byte[] body = Base64.getEncoder().encode(Files.readAllBytes(PICTURE));
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS + 1);
    var quiet = new ArrayList<Double>();
    var loading = new ArrayList<Double>();
    var loads = new ArrayList<Double>();
    try (LocalServer server =
            LocalServer.start(
                folder.resolve("cache"),
                "--models=" + models.path(),
                "--preload=warm/1",
                "--request-timeout=60s");
        var warm = new PlainClient(server.resolve("/"), "/warm/1?api_key=bench", body)) {
      closedLoop(clients, warm, SPAN.multipliedBy(2)); // until the compiler has seen it
      double capacity = closedLoop(clients, warm, SPAN);
      long interval = (long) (2e9 / capacity);
      System.out.printf("capacity %.0f req/s, half of it is sent%n", capacity);
      for (String model : cold) {
        var stop = new AtomicBoolean();
        var requests = new ConcurrentLinkedQueue<Request>();
        List<Future<?>> sending = openLoop(clients, warm, interval, stop, requests);
        pause(SPAN);
        long began = ticker.nanos();
        String answer = ask(server, model, body);
        long ended = ticker.nanos();
        pause(Duration.ofMillis(300));
        stop.set(true);
        for (Future<?> sender : sending) {
          sender.get();
        }
        if (!answer.isEmpty()) {
          System.out.printf("%s: passed over (%s)%n", model, answer);
          continue;
        }
        long span = ended - began;
        double before = percentile(requests, began - span, began);
        double during = percentile(requests, began, ended);
        System.out.printf(
            "%-28s loaded in %6.0f ms; p99 before %6.1f ms, meanwhile %6.1f ms: x %.2f%n",
            model, span / 1e6, before, during, during / before);
        quiet.add(before);
        loading.add(during);
        loads.add(span / 1e6);
      }
    } finally {
      clients.shutdownNow();
    }
    System.out.printf(
        "medians of %d loads: load %.0f ms; p99 at half load %.1f ms, while loading %.1f ms: x %.2f%n",
        loads.size(),
        median(loads),
        median(quiet),
        median(loading),
        median(loading) / median(quiet));
    assertThat(loads).hasSizeGreaterThanOrEqualTo(LOADS);
  }

  /** Requests a second when each client sends its next request as soon as it has its answer. */
  private double closedLoop(ExecutorService clients, PlainClient client, Duration span)
      throws Exception {
    long end = ticker.nanos() + span.toNanos();
    var running = new ArrayList<Future<Integer>>();
    for (int number = 0; number < CLIENTS / 2; number++) {
      Callable<Integer> loop =
          () -> {
            int answers = 0;
            while (ticker.nanos() < end) {
              client.exchange();
              answers++;
            }
            return answers;
          };
      running.add(clients.submit(loop));
    }
    int answers = 0;
    for (Future<Integer> one : running) {
      answers += one.get();
    }
    return answers / (span.toNanos() / 1e9);
  }

  /** Requests that are sent when they are due, whether or not the ones before are answered. */
  private List<Future<?>> openLoop(
      ExecutorService clients,
      PlainClient client,
      long intervalNanos,
      AtomicBoolean stop,
      ConcurrentLinkedQueue<Request> requests) {
    long start = ticker.nanos();
    var sending = new ArrayList<Future<?>>();
    for (int number = 0; number < CLIENTS; number++) {
      long first = start + number * intervalNanos;
      sending.add(
          clients.submit(
              () -> {
                for (long due = first; !stop.get(); due += CLIENTS * intervalNanos) {
                  sleepUntil(due);
                  client.exchange();
                  requests.add(new Request(due, ticker.nanos()));
                }
                return null;
              }));
    }
    return sending;
  }

  private void sleepUntil(long nanos) {
    for (long left = nanos - ticker.nanos(); left > 0; left = nanos - ticker.nanos()) {
      LockSupport.parkNanos(left);
    }
  }

  private void pause(Duration duration) {
    sleepUntil(ticker.nanos() + duration.toNanos());
  }

  /** Asks a model once; empty when it answers, else what is wrong. */
  private static String ask(LocalServer server, String model, byte[] body) {
    try (var client = new PlainClient(server.resolve("/"), "/" + model + "?api_key=bench", body)) {
      client.exchange();
      return "";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    } catch (UncheckedIOException e) {
      return String.valueOf(e);
    }
  }

  private static double percentile(Iterable<Request> requests, long from, long to) {
    var millis = new ArrayList<Double>();
    requests.forEach(
        request -> {
          if (request.dueNanos() < to && request.endNanos() > from) {
            millis.add(request.millis());
          }
        });
    millis.sort(null);
    return millis.isEmpty()
        ? Double.NaN
        : millis.get((int) Math.min(millis.size() - 1, Math.ceil(0.99 * millis.size()) - 1));
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2);
  }
}
