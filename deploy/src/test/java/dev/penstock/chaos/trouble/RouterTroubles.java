package dev.penstock.chaos.trouble;

import static dev.penstock.chaos.trouble.Trouble.between;
import static dev.penstock.chaos.trouble.Trouble.oneOf;
import static dev.penstock.chaos.trouble.Trouble.seconds;

import dev.penstock.chaos.fleet.Chronicle;
import dev.penstock.chaos.fleet.Excuses;
import dev.penstock.chaos.fleet.Excuses.Cause;
import dev.penstock.chaos.fleet.Excuses.Excuse;
import dev.penstock.chaos.fleet.Fleet;
import dev.penstock.it.kit.Await;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Routers die, hang and leave. */
public final class RouterTroubles {
  /** Connections break at once; what the balancer had not noticed yet breaks soon after. */
  private static final Duration AFTER_DEATH = Duration.ofSeconds(3);

  /** What has piled up in its sockets is worked off. */
  private static final Duration AFTER_STANDSTILL = Duration.ofSeconds(5);

  private final Fleet fleet;
  private final Excuses excuses;
  private final Chronicle chronicle;

  public RouterTroubles(Fleet fleet, Excuses excuses, Chronicle chronicle) {
    this.fleet = fleet;
    this.excuses = excuses;
    this.chronicle = chronicle;
  }

  public List<Trouble> all() {
    return List.of(
        new Trouble("kill a router", this::kill),
        new Trouble("stop a router", this::stop),
        new Trouble("restart a router in order", this::restart),
        new Trouble("restart everything in order", random -> fleet.rollingRestart()));
  }

  private void kill(Random random) {
    Duration away = between(0.2, 4, random);
    one(
        random,
        name -> {
          chronicle.say("  kill -9 " + name);
          Excuse excuse = excuses.begin(Cause.ROUTER_DIED);
          fleet.router(name).process().kill();
          excuses.end(excuse, AFTER_DEATH);
          Await.pass(away);
          fleet.startRouter(name);
          chronicle.say("  " + name + " is ready again");
        });
  }

  private void stop(Random random) {
    Duration pause = between(5, 12, random);
    one(
        random,
        name -> {
          chronicle.say("  SIGSTOP " + name + " for " + seconds(pause));
          Excuse excuse = excuses.begin(Cause.ROUTER_STOOD_STILL);
          fleet.router(name).process().pause();
          Await.pass(pause);
          fleet.router(name).process().resume();
          excuses.end(excuse, AFTER_STANDSTILL);
          chronicle.say("  SIGCONT " + name);
          fleet.balancer().awaitSends(name, true);
        });
  }

  private void restart(Random random) {
    one(
        random,
        name -> {
          chronicle.say("  SIGTERM " + name);
          fleet.restartRouter(name);
          chronicle.say("  " + name + " is ready again");
        });
  }

  /** What is done to one router. */
  private interface Deed {
    void to(String name);
  }

  private void one(Random random, Deed deed) {
    fleet.exclusively(List.of(oneOf(Fleet.ROUTERS, random)), alone -> deed.to(alone.get(0)));
  }
}
