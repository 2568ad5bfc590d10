package dev.penstock.chaos.trouble;

import static dev.penstock.chaos.trouble.Trouble.between;
import static dev.penstock.chaos.trouble.Trouble.oneOf;
import static dev.penstock.chaos.trouble.Trouble.seconds;

import dev.penstock.chaos.fleet.Chronicle;
import dev.penstock.chaos.fleet.Fleet;
import dev.penstock.it.kit.Await;
import dev.penstock.it.kit.network.FragileNetwork;
import dev.penstock.it.kit.network.Namespaces;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** What lies between routers and workers breaks. Clients go on reaching both routers. */
public final class NetworkTroubles {
  private static final Duration WHOLE_AGAIN = Duration.ofSeconds(60);

  private final Fleet fleet;
  private final FragileNetwork network;
  private final Chronicle chronicle;

  public NetworkTroubles(Fleet fleet, FragileNetwork network, Chronicle chronicle) {
    this.fleet = fleet;
    this.network = network;
    this.chronicle = chronicle;
  }

  public List<Trouble> all() {
    var all =
        new ArrayList<>(
            List.of(
                new Trouble("cut a worker off", this::cutWorkerOff),
                new Trouble("part a worker and a router", this::partWorkerAndRouter),
                new Trouble("part the routers, each with half of the workers", this::split),
                new Trouble("part only the routers", this::partRouters)));
    if (network instanceof Namespaces namespaces) {
      all.add(new Trouble("bad cables", random -> degrade(namespaces, random)));
    }
    return all;
  }

  private void cutWorkerOff(Random random) {
    String worker = oneOf(Fleet.WORKERS, random);
    Duration time = between(1, 14, random);
    chronicle.say("  " + worker + " reaches no router for " + seconds(time));
    Fleet.ROUTERS.forEach(router -> network.cut(worker, router));
    healAfter(time);
  }

  private void partWorkerAndRouter(Random random) {
    String worker = oneOf(Fleet.WORKERS, random);
    String router = oneOf(Fleet.ROUTERS, random);
    Duration time = between(1, 14, random);
    chronicle.say("  " + worker + " does not reach " + router + " for " + seconds(time));
    network.cut(worker, router);
    healAfter(time);
  }

  private void split(Random random) {
    var workers = new ArrayList<>(Fleet.WORKERS);
    Collections.shuffle(workers, random);
    Duration time = between(3, 18, random);
    List<String> first = workers.subList(0, 2);
    List<String> second = workers.subList(2, 4);
    chronicle.say(
        "  r1 with " + first + " and r2 with " + second + " are parted for " + seconds(time));
    network.cut("r1", "r2");
    first.forEach(worker -> network.cut("r2", worker));
    second.forEach(worker -> network.cut("r1", worker));
    healAfter(time);
  }

  private void partRouters(Random random) {
    Duration time = between(3, 16, random);
    chronicle.say("  r1 and r2 do not reach each other for " + seconds(time));
    network.cut("r1", "r2");
    healAfter(time);
  }

  private void healAfter(Duration time) {
    Await.pass(time);
    network.heal();
    chronicle.say("  healed");
    fleet.awaitRouters(WHOLE_AGAIN);
    chronicle.say("  the routers see each other");
  }

  private void degrade(Namespaces namespaces, Random random) {
    var all = new ArrayList<>(Fleet.WORKERS);
    all.addAll(Fleet.ROUTERS);
    String name = oneOf(all, random);
    Duration time = between(4, 10, random);
    chronicle.say(
        "  cables of " + name + " for " + seconds(time) + ": " + namespaces.degrade(name));
    Await.pass(time);
    namespaces.repair(name);
  }
}
