package dev.penstock.chaos.trouble;

import static dev.penstock.chaos.trouble.Trouble.between;
import static dev.penstock.chaos.trouble.Trouble.oneOf;
import static dev.penstock.chaos.trouble.Trouble.seconds;

import dev.penstock.chaos.customers.Customers;
import dev.penstock.chaos.customers.Ending;
import dev.penstock.chaos.fleet.Chronicle;
import dev.penstock.chaos.fleet.Fleet;
import dev.penstock.it.kit.Await;
import dev.penstock.it.kit.PenstockProcess;
import dev.penstock.telemetry.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Workers die, hang, are slow and leave. */
public final class WorkerTroubles {
  private static final Duration STOPPED = Duration.ofMillis(60);
  private static final Duration GOING = Duration.ofMillis(20);

  private static final int MOST_KILLED = 2;
  private static final int MOST_KILLERS = 5;

  private final Fleet fleet;
  private final Customers customers;
  private final Chronicle chronicle;

  public WorkerTroubles(Fleet fleet, Customers customers, Chronicle chronicle) {
    this.fleet = fleet;
    this.customers = customers;
    this.chronicle = chronicle;
  }

  public List<Trouble> all() {
    return List.of(
        new Trouble("kill a busy worker", random -> killOne(random, () -> {})),
        new Trouble("kill an idle worker", this::killIdle),
        new Trouble("kill a worker that posts results", this::killPosting),
        new Trouble("kill two workers at once", this::killTwo),
        new Trouble("stop a worker", this::stop),
        new Trouble("slow a worker", this::slow),
        new Trouble("restart a worker in order", this::restart),
        new Trouble("a request kills workers", random -> poison()));
  }

  private void killOne(Random random, Runnable before) {
    Duration away = between(0.2, 3, random);
    one(
        random,
        name -> {
          before.run();
          kill(name);
          Await.pass(away);
          start(name);
        });
  }

  private void killIdle(Random random) {
    killOne(random, customers::pause);
    customers.resume();
  }

  private void killPosting(Random random) {
    String name = oneOf(Fleet.WORKERS, random);
    fleet.exclusively(
        List.of(name),
        alone -> {
          customers.awaitAnswerOf(name, Duration.ofSeconds(3));
          kill(name);
          start(name);
        });
  }

  private void killTwo(Random random) {
    var names = new ArrayList<>(Fleet.WORKERS);
    Collections.shuffle(names, random);
    Duration away = between(0, 2, random);
    fleet.exclusively(
        List.copyOf(names.subList(0, 2)),
        both -> {
          both.forEach(this::kill);
          Await.pass(away);
          both.forEach(fleet::startWorker);
          both.forEach(this::awaitReady);
        });
  }

  private void stop(Random random) {
    Duration pause = between(0.5, 12, random);
    one(
        random,
        name -> {
          chronicle.say("  SIGSTOP " + name + " for " + seconds(pause));
          PenstockProcess worker = fleet.worker(name);
          worker.pause();
          Await.pass(pause);
          worker.resume();
          chronicle.say("  SIGCONT " + name);
        });
  }

  /** It gets a quarter of the time. */
  private void slow(Random random) {
    Duration slow = between(3, 8, random);
    one(
        random,
        name -> {
          chronicle.say("  " + name + " is slow for " + seconds(slow));
          PenstockProcess worker = fleet.worker(name);
          long started = Ticker.SYSTEM.nanos();
          while (Ticker.SYSTEM.nanos() - started < slow.toNanos()) {
            worker.pause();
            Await.pass(STOPPED);
            worker.resume();
            Await.pass(GOING);
          }
        });
  }

  private void restart(Random random) {
    one(
        random,
        name -> {
          chronicle.say("  SIGTERM " + name);
          fleet.restartWorker(name);
        });
  }

  /**
   * Its second worker runs it alone and dies: no third one may. A worker that computes just answers
   * it, so another one is sent then.
   */
  private void poison() {
    fleet.exclusively(
        Fleet.WORKERS,
        all -> {
          List<String> died = List.of();
          for (int sent = 0; sent < MOST_KILLERS && died.isEmpty(); sent++) {
            Ending ending = customers.sendKiller();
            died = fleet.startWhatEnded();
            chronicle.say("  it killed " + died + " and ended: " + ending.words());
          }
          if (died.size() > MOST_KILLED) {
            throw new AssertionError("one request killed " + died);
          }
        });
  }

  /** What is done to one worker. */
  private interface Deed {
    void to(String name);
  }

  private void one(Random random, Deed deed) {
    fleet.exclusively(List.of(oneOf(Fleet.WORKERS, random)), alone -> deed.to(alone.get(0)));
  }

  private void kill(String name) {
    chronicle.say("  kill -9 " + name);
    fleet.worker(name).kill();
  }

  private void start(String name) {
    fleet.startWorker(name);
    awaitReady(name);
  }

  private void awaitReady(String name) {
    fleet.worker(name).awaitReady();
    chronicle.say("  " + name + " is ready again");
  }
}
