package dev.penstock.worker.shelf;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.model.ModelPackage;
import dev.penstock.worker.batch.FakeModel;
import dev.penstock.worker.batch.FakeTicker;
import dev.penstock.worker.batch.ResidentModel;
import dev.penstock.worker.engine.LoadedModel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A shelf for more models than fit: each takes 40 bytes of 100. */
@Timeout(30)
abstract class FullShelf {
  static final long BUDGET = 100;
  static final long SIZE = 40;

  volatile long size = SIZE;
  volatile boolean closeBreaks;
  final FakeTicker ticker = new FakeTicker();
  final Map<String, FakeModel> models = new ConcurrentHashMap<>();
  final FakeDevice device = new FakeDevice(this::load);
  final AtomicLong inMemory = new AtomicLong();
  final AtomicLong mostInMemory = new AtomicLong();
  final List<String> failed = new CopyOnWriteArrayList<>();
  final ModelShelf shelf = new ModelShelf(device, BUDGET, new FakePackages(), new Told(), ticker);

  private LoadedModel load(ModelPackage modelPackage) {
    var model =
        new FakeModel(4) {
          @Override
          public void close() {
            super.close();
            inMemory.addAndGet(-memory);
            if (closeBreaks) {
              throw new IllegalStateException("for the test");
            }
          }
        };
    model.memory = size;
    mostInMemory.accumulateAndGet(inMemory.addAndGet(size), Math::max);
    models.put(modelPackage.id(), model);
    return model;
  }

  private final class Told implements ModelShelf.Listener {
    @Override
    public void loaded(ResidentModel resident) {}

    @Override
    public void failed(ModelRef ref, String reason) {
      failed.add(ref.model() + ": " + reason);
    }

    @Override
    public void changed() {}
  }

  @AfterEach
  void close() {
    shelf.close();
    assertThat(mostInMemory).hasValueLessThanOrEqualTo(BUDGET);
  }

  ModelRef ref(String id) {
    device.memory.demands.put(id, SIZE);
    return new ModelRef(id, FakeModel.modelPackage(id).digest());
  }

  ResidentModel load(String id) {
    return shelf.request(ref(id)).join();
  }

  /** A job of that model comes and ends. */
  final void use(String id) {
    requireNonNull(shelf.acquire(ref(id).digest())).release();
    ticker.advanceMillis(TimeUnit.NANOSECONDS.toMillis(ModelRoom.IDLE_NANOS));
  }

  List<String> resident() {
    return shelf.residents().stream().map(ResidentModel::id).sorted().toList();
  }

  static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }
}
