package dev.penstock.chaos.trouble;

import dev.penstock.chaos.customers.Customers;
import dev.penstock.chaos.fleet.Chronicle;
import dev.penstock.chaos.fleet.Fleet;
import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Await;
import dev.penstock.it.kit.Client;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;

/** Clients hang up and flood, and somebody replaces a model that is served. */
public final class ClientTroubles {
  private static final int HANG_UPS = 40;
  private static final int FLOOD = 400;
  private static final Duration SEEN = Duration.ofSeconds(30);

  private final Fleet fleet;
  private final Customers customers;
  private final Chronicle chronicle;
  private final Client client;
  private int replaced;

  public ClientTroubles(Fleet fleet, Customers customers, Chronicle chronicle) {
    this.fleet = fleet;
    this.customers = customers;
    this.chronicle = chronicle;
    this.client = new Client(fleet.balancer().url());
  }

  public List<Trouble> all() {
    return List.of(
        new Trouble("clients hang up", this::hangUp),
        new Trouble("one key floods", random -> flood()),
        new Trouble("a model is replaced", random -> replace()));
  }

  private void hangUp(Random random) {
    for (int i = 0; i < 3; i++) {
      Duration wait = Trouble.between(0, 0.2, random);
      customers.hangUp(HANG_UPS, wait.toNanos());
    }
    chronicle.say("  " + 3 * HANG_UPS + " requests given up");
  }

  private void flood() {
    chronicle.say("  " + FLOOD + " requests at once");
    customers.flood(FLOOD);
  }

  private void replace() throws IOException {
    String name = "package" + ++replaced;
    fleet.models().rename(Fleet.REPLACED, name, Fleet.modelsAreFrom());
    Duration took =
        Await.until(
            Fleet.REPLACED + " answers as " + name, SEEN, () -> answersAs(Fleet.REPLACED, name));
    chronicle.say("  " + Fleet.REPLACED + " is " + name + " after " + Trouble.seconds(took));
  }

  private boolean answersAs(String model, String name) {
    try {
      Answer answer = client.detecting(model, TINY_PNG).join();
      return answer.status() == 200
          && answer.classes().stream().allMatch(found -> found.startsWith(name + " "));
    } catch (CompletionException routerDied) {
      return false;
    }
  }

  /** One pixel. */
  private static final String TINY_PNG =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
}
