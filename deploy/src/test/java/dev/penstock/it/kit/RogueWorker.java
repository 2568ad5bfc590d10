package dev.penstock.it.kit;

import com.hazelcast.core.HazelcastInstance;
import dev.penstock.cluster.ClusterClient;
import dev.penstock.cluster.ControlCodec;
import dev.penstock.cluster.ControlMessage.FromWorker;
import dev.penstock.cluster.ControlMessage.Held;
import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Renew;
import dev.penstock.cluster.ControlMessage.Resident;
import dev.penstock.cluster.ControlMessage.State;
import dev.penstock.cluster.ControlMessage.Welcome;
import dev.penstock.cluster.ControlMessage.WorkerState;
import dev.penstock.cluster.JobQueues;
import dev.penstock.config.RouterConfig;
import dev.penstock.job.AttemptResult;
import dev.penstock.job.BatchReason;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.timing.WorkerTimings;
import dev.penstock.job.wire.Claim;
import dev.penstock.job.wire.Frame;
import dev.penstock.job.wire.ResultCodec;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A worker that does only what it is told to, right or wrong, one step at a time. It speaks with
 * the same wire forms as a real one.
 */
public final class RogueWorker implements AutoCloseable {
  /**
   * Kept, or its level is forgotten with it: a client that is killed on purpose has much to say.
   */
  private static final Logger HAZELCAST = Logger.getLogger("com.hazelcast");

  private static final Duration BETWEEN_POLLS = Duration.ofMillis(5);
  private static final String PREDICTIONS = "{\"predictions\":[]}";

  private final RouterProcess router;
  private final Hello hello;
  private final HazelcastInstance hazelcast;
  private final JobQueues queues;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final WebSocket control;

  private RogueWorker(RouterProcess router, Hello hello, Ears ears) {
    this.router = router;
    this.hello = hello;
    this.hazelcast =
        ClusterClient.start(
            hello.workerId(), RouterConfig.Cluster.DEFAULT_NAME, List.of(router.cluster()));
    this.queues = new JobQueues(hazelcast);
    this.control =
        http.newWebSocketBuilder()
            .buildAsync(URI.create("ws://" + router.internal() + "/control"), ears)
            .join();
  }

  /** Joins and says that it is ready and has the shipped model. */
  public static RogueWorker join(String id, RouterProcess router) {
    HAZELCAST.setLevel(Level.WARNING);
    var ears = new Ears();
    var hello = new Hello(id, UUID.randomUUID().toString(), "rogue");
    var rogue = new RogueWorker(router, hello, ears);
    rogue.say(hello);
    ModelRef model = ears.catalog().get(0);
    rogue.say(
        new State(WorkerState.READY, List.of(new Resident(model.model(), model.digest(), 1))));
    rogue.awaitKnown();
    rogue.awaitQueues();
    return rogue;
  }

  /** Takes what a router says; all but its first message falls on deaf ears. */
  private static final class Ears implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();
    private final CompletableFuture<Welcome> welcome = new CompletableFuture<>();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        if (ControlCodec.decode(text.toString()) instanceof Welcome first) {
          welcome.complete(first);
        }
        text.setLength(0);
      }
      socket.request(1);
      return CompletableFuture.completedFuture(null);
    }

    List<ModelRef> catalog() {
      return welcome.orTimeout(10, TimeUnit.SECONDS).join().catalog();
    }
  }

  private void awaitKnown() {
    Await.until(
        "the router knows " + hello.workerId(),
        Duration.ofSeconds(5),
        () -> router.client().status().encode().contains('"' + hello.workerId() + '"'));
  }

  private void awaitQueues() {
    Await.until(
        "the queues can be reached",
        Duration.ofSeconds(10),
        () -> {
          try {
            return queues.depth(Client.MODEL) >= 0;
          } catch (RuntimeException notYet) {
            return false;
          }
        });
  }

  /** Says something on the control channel. */
  public void say(FromWorker message) {
    control.sendText(ControlCodec.encode(message), true).join();
  }

  /** Renews a lease, and says since when its batch has been running. */
  public void renew(JobId job, Duration executing) {
    say(new Renew(List.of(), List.of(new Held(job, executing.toNanos()))));
  }

  /** Takes the next job out of the queue of the shipped model. */
  public JobDescriptor poll() {
    Duration patience = Duration.ofSeconds(10);
    JobDescriptor taken = poll(patience);
    if (taken == null) {
      throw new AssertionError("no job stood in the queue for " + patience);
    }
    return taken;
  }

  /** The same, or null when there is none in that time. */
  public @Nullable JobDescriptor poll(Duration patience) {
    long started = Ticker.SYSTEM.nanos();
    JobDescriptor taken = queues.poll(Client.MODEL);
    while (taken == null && Ticker.SYSTEM.nanos() - started < patience.toNanos()) {
      Await.pass(BETWEEN_POLLS);
      taken = queues.poll(Client.MODEL);
    }
    return taken;
  }

  /** Puts a copy of a job into its queue. */
  public void offerCopy(JobDescriptor job) {
    queues.offer(job);
  }

  /** Claims jobs under a new claim id. */
  public List<Claim.Granted> claim(JobId... jobs) {
    return claim(UUID.randomUUID().toString(), jobs);
  }

  public List<Claim.Granted> claim(String claimId, JobId... jobs) {
    var claim =
        new Claim(hello.workerId(), hello.instance(), hello.device(), claimId, List.of(jobs));
    byte[] answer = post("/claims", claim.toJson().toBuffer());
    return Claim.readAnswer(Frame.parse(Buffer.buffer(answer)));
  }

  /** Polls and claims one job. */
  public Claim.Granted lease() {
    List<Claim.Granted> granted = claim(poll().id());
    if (granted.size() != 1) {
      throw new AssertionError("one lease expected: " + granted);
    }
    return granted.get(0);
  }

  /** An answer to a lease, without predictions. */
  public static AttemptResult result(Claim.Granted lease) {
    return result(lease, lease.token());
  }

  /** An answer that shows some token. */
  public static AttemptResult result(Claim.Granted lease, String token) {
    return result(lease, token, 1, 1);
  }

  /** An answer about an image of that size. */
  public static AttemptResult result(Claim.Granted lease, int width, int height) {
    return result(lease, lease.token(), width, height);
  }

  private static AttemptResult result(Claim.Granted lease, String token, int width, int height) {
    byte[] predictions = PREDICTIONS.getBytes(StandardCharsets.UTF_8);
    return new AttemptResult(
        lease.id(),
        lease.attempt(),
        token,
        new JobOutcome.Done(width, height, predictions, null),
        WorkerTimings.NONE,
        1,
        BatchReason.IDLE,
        0);
  }

  /** Posts a result; returns what the router makes of it. */
  public String post(AttemptResult result) {
    byte[] answer = post("/results", ResultCodec.encode(List.of(result)).toBuffer());
    return new JsonObject(Buffer.buffer(answer)).getJsonArray("results").getString(0);
  }

  /** Posts a result and closes the connection without reading the acknowledgement. */
  public void postAndHangUp(AttemptResult result) {
    byte[] body = ResultCodec.encode(List.of(result)).toBuffer().getBytes();
    String head =
        "POST /results HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(router.internal(), body.length);
    try (var socket = new Socket(router.internal().host(), router.internal().port())) {
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(body);
      socket.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] post(String path, Buffer body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + router.internal() + path))
            .POST(BodyPublishers.ofByteArray(body.getBytes()))
            .build();
    var answer = http.sendAsync(request, BodyHandlers.ofByteArray()).join();
    if (answer.statusCode() != 200) {
      throw new AssertionError(path + ": " + answer.statusCode());
    }
    return answer.body();
  }

  /** Dies: its control socket breaks. */
  @Override
  public void close() {
    control.abort();
    hazelcast.getLifecycleService().terminate();
  }
}
