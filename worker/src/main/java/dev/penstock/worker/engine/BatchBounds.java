package dev.penstock.worker.engine;

import dev.penstock.telemetry.Ticker;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The batch bound of each model and device: the knee of images per second over batch size, measured
 * once and remembered in the cache folder.
 */
public final class BatchBounds {
  private static final Logger LOG = System.getLogger(BatchBounds.class.getName());

  /** A larger batch makes everybody in it wait longer: it has to pay. */
  private static final double WORTHWHILE_GAIN = 1.05;

  private final RememberedNumbers bounds;
  private final Ticker ticker;

  public BatchBounds(Path cache, Ticker ticker) {
    this.bounds = new RememberedNumbers(cache.resolve("batch-bounds"));
    this.ticker = ticker;
  }

  /** Makes ready for forward passes of one batch size. */
  @FunctionalInterface
  public interface Trials {
    /**
     * @throws DeviceException when the device cannot take a batch of that size
     */
    Trial of(int batchSize) throws DeviceException;
  }

  /** Forward passes of one batch size. */
  public interface Trial extends AutoCloseable {
    /** One forward pass. */
    void run() throws DeviceException;

    @Override
    void close();
  }

  /**
   * The remembered bound, or the measured one. That is remembered, too, unless larger batches only
   * did not fit beside something else.
   *
   * @param key names model and device; part of a file name
   * @param limit the largest batch the model takes
   * @param alone whether nothing else takes the device's memory
   * @throws DeviceException when not even a single image can be run
   */
  public int of(String key, int limit, boolean alone, Trials trials) throws DeviceException {
    long remembered = bounds.get(key);
    if (remembered > 0 && remembered <= limit) {
      return (int) remembered;
    }
    Measured measured = search(limit, trials, ticker);
    if (alone || !measured.memoryEndedIt()) {
      bounds.put(key, measured.bound());
    }
    return measured.bound();
  }

  /** Whether it is remembered that batches are not worth it. */
  public boolean isOne(String key) {
    return bounds.get(key) == 1;
  }

  /** Remembers a smaller bound than was measured: what fitted when the device was empty. */
  public void lower(String key, int bound) {
    bounds.put(key, bound);
  }

  /** A bound, and whether larger batches did not fit. */
  private record Measured(int bound, boolean memoryEndedIt) {}

  /** Doubles the batch as long as images per second grow by enough. */
  public static int measure(int limit, Trials trials, Ticker ticker) throws DeviceException {
    return search(limit, trials, ticker).bound();
  }

  private static Measured search(int limit, Trials trials, Ticker ticker) throws DeviceException {
    if (limit == 1) {
      return new Measured(1, false);
    }
    int bound = 1;
    Trial smaller = warm(bound, trials);
    try {
      while (bound < limit) {
        int next = Math.min(limit, 2 * bound);
        Trial larger = warmIfItFits(next, trials);
        if (larger == null) {
          return new Measured(bound, true);
        }
        if (new Comparison(smaller, bound, larger, next, ticker).gain() < WORTHWHILE_GAIN) {
          larger.close();
          return new Measured(bound, false);
        }
        smaller.close();
        smaller = larger;
        bound = next;
      }
      return new Measured(bound, false);
    } finally {
      smaller.close();
    }
  }

  private static @Nullable Trial warmIfItFits(int batchSize, Trials trials) {
    try {
      return warm(batchSize, trials);
    } catch (DeviceException e) {
      LOG.log(
          Level.INFO, "batches of {0} do not fit on the device: {1}", batchSize, e.getMessage());
      return null;
    }
  }

  /** The first pass of a size makes its buffers. */
  private static Trial warm(int batchSize, Trials trials) throws DeviceException {
    Trial trial = trials.of(batchSize);
    try {
      trial.run();
      return trial;
    } catch (DeviceException | RuntimeException e) {
      trial.close();
      throw e;
    }
  }

  /**
   * Two batch sizes side by side. Each round runs both, so that a machine that is slow for a while
   * is slow for both; of each size the fastest pass counts, because what else the machine does only
   * ever slows it down. (Of a median, the two of three rounds that something hits would be enough.)
   */
  private record Comparison(
      Trial smaller, int smallerSize, Trial larger, int largerSize, Ticker ticker) {
    private static final int FEWEST_ROUNDS = 3;
    private static final int MOST_ROUNDS = 7;

    /** The answer that ends the search is kept for good, so it takes more rounds. */
    private static final int FEWEST_TO_END = 5;

    /** A gain this far from the one that counts is clear after few rounds. */
    private static final double CLEAR = 0.04;

    /** Large models get fewer rounds: their passes are long, which makes them steadier. */
    private static final long ENOUGH_NANOS = 150_000_000;

    private static final long TOO_MUCH_NANOS = 1_000_000_000;

    /** Images per second of the larger size over those of the smaller one. */
    double gain() throws DeviceException {
      double fastestSmaller = Double.MAX_VALUE;
      double fastestLarger = Double.MAX_VALUE;
      double gain = 1;
      long start = ticker.nanos();
      for (int round = 1; round <= MOST_ROUNDS; round++) {
        fastestSmaller = Math.min(fastestSmaller, nanosPerImage(smaller, smallerSize));
        fastestLarger = Math.min(fastestLarger, nanosPerImage(larger, largerSize));
        gain = fastestSmaller / fastestLarger;
        long spent = ticker.nanos() - start;
        boolean worthwhile = gain >= WORTHWHILE_GAIN;
        int fewest = worthwhile || spent > TOO_MUCH_NANOS ? FEWEST_ROUNDS : FEWEST_TO_END;
        boolean clear = Math.abs(gain / WORTHWHILE_GAIN - 1) > CLEAR;
        if (round >= fewest && (clear || spent > ENOUGH_NANOS)) {
          return gain;
        }
      }
      return gain;
    }

    private double nanosPerImage(Trial trial, int batchSize) throws DeviceException {
      long start = ticker.nanos();
      trial.run();
      return Math.max(1, ticker.nanos() - start) / (double) batchSize;
    }
  }
}
