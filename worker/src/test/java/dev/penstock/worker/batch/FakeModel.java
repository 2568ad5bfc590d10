package dev.penstock.worker.batch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.job.JobId;
import dev.penstock.job.JobOutcome;
import dev.penstock.job.JobParameters;
import dev.penstock.job.wire.Claim;
import dev.penstock.model.ModelPackage;
import dev.penstock.worker.engine.BadInputException;
import dev.penstock.worker.engine.BatchRunner;
import dev.penstock.worker.engine.DeviceException;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.vision.Descriptions;
import dev.penstock.worker.vision.image.ImageDemand;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model whose runner does as the payload says: {@code !bad} image, {@code !fit not}, {@code
 * !throws}, {@code !memory} is out, {@code !stack} is full, {@code !poison} to any forward pass;
 * all else is answered with the slot and the payload.
 */
public class FakeModel implements LoadedModel, BatchRunner {
  private volatile int maxBatch;
  final List<Integer> batches = new CopyOnWriteArrayList<>();
  final AtomicInteger openImages = new AtomicInteger();
  final AtomicInteger mostOpenImages = new AtomicInteger();
  final AtomicInteger decoded = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  volatile boolean deviceFails;

  /** Bytes that it takes. */
  public volatile long memory;

  /** A larger batch runs out of memory. */
  volatile int mostThatFit = Integer.MAX_VALUE;

  volatile Runnable inPass = () -> {};
  private final String[] slots;

  public FakeModel(int maxBatch) {
    this.maxBatch = maxBatch;
    this.slots = new String[maxBatch];
  }

  private record Text(String text, AtomicInteger open) implements DecodedImage {
    @Override
    public void close() {
      open.decrementAndGet();
    }
  }

  public static ModelPackage modelPackage(String id) {
    return new ModelPackage(
        id, "digest-of-" + id, Path.of("models"), List.of(), Descriptions.detector("cat"));
  }

  public ResidentModel resident(String id) {
    return new ResidentModel(modelPackage(id), this, 5, () -> {}, Runnable::run);
  }

  public static Claim.Granted lease(JobId id, int attempt, String payload) {
    return new Claim.Granted(
        id, attempt, "token", 30_000_000_000L, JobParameters.DEFAULTS, payload.getBytes(UTF_8));
  }

  /** A job against which something speaks. */
  static Claim.Granted suspect(JobId id) {
    Claim.Granted lease = lease(id, 2, "ok");
    return new Claim.Granted(
        id,
        lease.attempt(),
        lease.token(),
        lease.budgetNanos(),
        lease.parameters(),
        lease.payload(),
        true);
  }

  /** How often it was closed. */
  public int closed() {
    return closed.get();
  }

  @Override
  public int maxBatch() {
    return maxBatch;
  }

  @Override
  public long memory() {
    return memory;
  }

  @Override
  public void limitBatch(int most) {
    maxBatch = Math.min(maxBatch, most);
  }

  @Override
  public List<BatchRunner> runners() {
    return List.of(this);
  }

  @Override
  public void close() {
    closed.incrementAndGet();
  }

  /** Each image takes what its payload says: {@code 5 bytes …}, else nothing. */
  @Override
  public ImageDemand demand(byte[] payload, JobParameters parameters) {
    var text = new String(payload, UTF_8);
    return text.matches("\\d+ bytes.*")
        ? new ImageDemand(Long.parseLong(text.substring(0, text.indexOf(' '))))
        : ImageDemand.NONE;
  }

  @Override
  public DecodedImage decode(byte[] payload, JobParameters parameters) throws BadInputException {
    decoded.incrementAndGet();
    var text = new String(payload, UTF_8);
    if (text.startsWith("!bad")) {
      throw new BadInputException(JobOutcome.Reason.UNREADABLE_IMAGE, "no image");
    } else if (text.startsWith("!throws")) {
      throw new IllegalStateException("a decoder that breaks");
    } else if (text.equals("!memory")) {
      throw new OutOfMemoryError("for the test");
    } else if (text.startsWith("!stack")) {
      throw new StackOverflowError("for the test");
    }
    mostOpenImages.accumulateAndGet(openImages.incrementAndGet(), Math::max);
    return new Text(text, openImages);
  }

  @Override
  public void preprocess(int slot, DecodedImage image, JobParameters parameters)
      throws BadInputException {
    String text = ((Text) image).text();
    if (text.startsWith("!fit not")) {
      throw new BadInputException(JobOutcome.Reason.MODEL_INPUT, "does not fit");
    }
    slots[slot] = text;
  }

  @Override
  public void infer(int batchSize) throws DeviceException {
    batches.add(batchSize);
    inPass.run();
    if (deviceFails) {
      throw new DeviceException("it is sick", new IllegalStateException());
    } else if (batchSize > mostThatFit) {
      throw DeviceException.outOfMemory("no room for " + batchSize, new IllegalStateException());
    }
    for (int slot = 0; slot < batchSize; slot++) {
      if (slots[slot].startsWith("!poison")) {
        throw new DeviceException("poisoned", new IllegalStateException());
      } else if (slots[slot].startsWith("!runtime poison")) {
        throw new IllegalStateException("a runtime that breaks");
      } else if (slots[slot].startsWith("!memory poison")) {
        throw new OutOfMemoryError("for the test");
      }
    }
  }

  @Override
  public JobOutcome postprocess(int slot, DecodedImage image, JobParameters parameters) {
    return new JobOutcome.Done(slot, 1, slots[slot].getBytes(UTF_8), null);
  }
}
