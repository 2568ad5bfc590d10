package dev.penstock.it.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.telemetry.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Clients that each send their next request when they have the answer to the last. */
public final class Load implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Supplier<Answer> request;
  private final int most;
  private final AtomicInteger sent = new AtomicInteger();
  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final List<Thread> clients = new ArrayList<>();
  private volatile boolean stopping;

  private Load(Supplier<Answer> request, int most) {
    this.request = request;
    this.most = most;
  }

  /** Starts clients that go on until the load is stopped. */
  public static Load start(int clients, Supplier<Answer> request) {
    return new Load(request, Integer.MAX_VALUE).start(clients);
  }

  /** Sends that many requests over that many clients; returns all answers. */
  public static List<Answer> run(int requests, int clients, Supplier<Answer> request) {
    try (Load load = new Load(request, requests).start(clients)) {
      return load.finish();
    }
  }

  private Load start(int count) {
    for (int i = 0; i < count; i++) {
      var client = new Thread(this::send, "client-" + i);
      client.setDaemon(true);
      clients.add(client);
      client.start();
    }
    return this;
  }

  private void send() {
    while (!stopping && sent.incrementAndGet() <= most) {
      try {
        answers.add(request.get());
      } catch (Throwable e) {
        failures.add(e);
        return;
      }
    }
  }

  /** Waits for that many more answers. */
  public Load awaitAnswers(int more) {
    int enough = answers.size() + more;
    return await(more + " more answers", PATIENCE, all -> all.size() >= enough);
  }

  /** Waits until one answer like this has come since now; returns this. */
  public Load awaitAnswer(String what, Duration patience, Predicate<Answer> wanted) {
    int before = answers.size();
    return await(what, patience, all -> all.stream().skip(before).anyMatch(wanted));
  }

  /** Goes on for that long; returns this. */
  public Load awaitTime(Duration duration) {
    long started = Ticker.SYSTEM.nanos();
    return await(
        duration + " pass",
        duration.plus(PATIENCE),
        all -> Ticker.SYSTEM.nanos() - started >= duration.toNanos());
  }

  /** The answers that have come. */
  public List<Answer> soFar() {
    return List.copyOf(answers);
  }

  private Load await(String what, Duration patience, Predicate<Queue<Answer>> condition) {
    Await.until(what, patience, () -> !failures.isEmpty() || condition.test(answers));
    assertThat(failures).as("requests without a right answer").isEmpty();
    return this;
  }

  /** Sends nothing more and waits for what is under way; returns all answers, one per request. */
  public List<Answer> stop() {
    stopping = true;
    return finish();
  }

  private List<Answer> finish() {
    Await.until(
        () -> "all answers come: " + answers.size() + " so far",
        PATIENCE,
        () -> clients.stream().noneMatch(Thread::isAlive));
    assertThat(failures).as("requests without a right answer").isEmpty();
    return List.copyOf(answers);
  }

  @Override
  public void close() {
    stopping = true;
  }
}
