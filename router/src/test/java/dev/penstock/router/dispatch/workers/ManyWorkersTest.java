package dev.penstock.router.dispatch.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.FromRouter;
import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Resident;
import dev.penstock.cluster.ControlMessage.Ring;
import dev.penstock.cluster.ControlMessage.State;
import dev.penstock.cluster.ControlMessage.Want;
import dev.penstock.cluster.ControlMessage.Welcome;
import dev.penstock.cluster.ControlMessage.WorkerState;
import dev.penstock.router.dispatch.FakeTicker;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thousand workers cost what ten do. */
@Timeout(60)
final class ManyWorkersTest {
  private static final int MANY = 1_000;
  private static final int FEW = 4;
  private static final Welcome WELCOME = new Welcome("router", List.of(), List.of());
  private static final List<ModelRef> MODELS =
      IntStream.range(0, 20).mapToObj(i -> new ModelRef("m/" + i, "digest-" + i)).toList();
  private static final ModelRef MODEL = MODELS.get(7);

  private final FakeTicker ticker = new FakeTicker();
  private final WorkerRegistry registry = new WorkerRegistry(ticker);

  private void join(WorkerChannel channel, String instance) {
    registry.joined(new Hello("id-of-" + instance, instance, "cpu"), channel, () -> WELCOME);
    registry.state(
        instance,
        new State(
            WorkerState.READY,
            MODELS.stream().map(model -> new Resident(model.model(), model.digest(), 5)).toList(),
            List.of(),
            null));
  }

  private List<FakeChannel> many() {
    var channels = new ArrayList<FakeChannel>();
    for (int i = 0; i < MANY; i++) {
      channels.add(new FakeChannel());
      join(channels.get(i), "w" + i);
    }
    return channels;
  }

  private long looksOf(Runnable what) {
    long before = registry.looks();
    what.run();
    return registry.looks() - before;
  }

  @Test
  void what_a_job_asks_of_the_registry_looks_at_a_few_workers() {
    many();
    registry.serving();
    assertThat(looksOf(registry::serving)).isLessThan(FEW);
    assertThat(looksOf(() -> registry.ensureServed(MODEL))).isLessThan(FEW);
    assertThat(looksOf(() -> registry.isResident(MODEL.digest()))).isLessThan(FEW);
    assertThat(
            looksOf(
                () ->
                    assertThat(registry.residentBeside(Set.of(MODEL.digest()), Set.of("w0", "w1")))
                        .isNotEmpty()))
        .isLessThan(FEW);
    assertThat(looksOf(() -> registry.queued(MODEL))).isLessThan(FEW);
  }

  @Test
  void a_ring_looks_at_a_few_workers_and_goes_round() {
    List<FakeChannel> channels = many();
    for (int i = 0; i < MANY; i++) {
      registry.wants("w" + i, Want.IDLE, model -> false);
    }
    for (int i = 0; i < MANY; i++) {
      assertThat(looksOf(() -> registry.queued(MODEL))).isLessThan(FEW);
    }
    assertThat(channels).allSatisfy(channel -> assertThat(channel.told(Ring.class)).hasSize(1));
  }

  @Test
  void what_all_are_told_is_encoded_once_and_nobody_waits_for_that() throws Exception {
    var texts = new IdentityHashMap<String, Integer>();
    var told = new ArrayList<FromRouter>();
    var others = new CompletableFuture<Boolean>();
    for (int i = 0; i < MANY; i++) {
      join(
          new WorkerChannel() {
            @Override
            public void send(FromRouter message) {
              told.add(message);
            }

            @Override
            public void send(FromRouter message, Supplier<String> encoded) {
              texts.merge(encoded.get(), 1, Integer::sum);
              new Thread(() -> others.complete(registry.anyServes())).start();
              others.orTimeout(10, TimeUnit.SECONDS).join();
            }

            @Override
            public void close() {}
          },
          "w" + i);
    }
    assertThat(told).hasSize(MANY);
    registry.broadcast(WELCOME);

    assertThat(texts.values()).containsExactly(MANY);
    assertThat(others.get()).isTrue();
  }
}
