package dev.penstock.worker.engine;

import dev.penstock.telemetry.Ticker;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The batch bound of each model and device: the knee of images per second over batch size, measured
 * once and remembered in the cache folder.
 */
final class BatchBounds {
  private static final Logger LOG = System.getLogger(BatchBounds.class.getName());

  /** A larger batch makes everybody in it wait longer: it has to pay. */
  private static final double WORTHWHILE_GAIN = 1.15;

  private static final int MOST_REPETITIONS = 3;
  private static final long ENOUGH_NANOS = 40_000_000;

  private final Path folder;
  private final Ticker ticker;

  BatchBounds(Path cache, Ticker ticker) {
    this.folder = cache.resolve("batch-bounds");
    this.ticker = ticker;
  }

  /** Makes ready for forward passes of one batch size. */
  @FunctionalInterface
  interface Trials {
    /**
     * @throws DeviceException when the device cannot take a batch of that size
     */
    Trial of(int batchSize) throws DeviceException;
  }

  /** Forward passes of one batch size. */
  interface Trial extends AutoCloseable {
    /** One forward pass. */
    void run() throws DeviceException;

    @Override
    void close();
  }

  /**
   * The remembered bound, or the measured one.
   *
   * @param key names model and device; part of a file name
   * @param limit the largest batch the model takes
   * @throws DeviceException when not even a single image can be run
   */
  int of(String key, int limit, Trials trials) throws DeviceException {
    Path file = folder.resolve(key);
    int remembered = read(file);
    if (remembered > 0 && remembered <= limit) {
      return remembered;
    }
    int measured = measure(limit, trials, ticker);
    write(file, measured);
    return measured;
  }

  /** Doubles the batch as long as images per second grow by enough. */
  static int measure(int limit, Trials trials, Ticker ticker) throws DeviceException {
    if (limit == 1) {
      return 1;
    }
    int bound = 1;
    double best = imagesPerNano(bound, trials, ticker);
    while (bound < limit) {
      int next = Math.min(limit, 2 * bound);
      double rate;
      try {
        rate = imagesPerNano(next, trials, ticker);
      } catch (DeviceException e) {
        LOG.log(Level.INFO, "batches of {0} do not fit on the device: {1}", next, e.getMessage());
        return bound;
      }
      if (rate < best * WORTHWHILE_GAIN) {
        return bound;
      }
      best = rate;
      bound = next;
    }
    return bound;
  }

  /**
   * From the fastest of a few passes: what else the machine does only ever slows them down. The
   * first pass of a size is not counted, it makes its buffers.
   */
  private static double imagesPerNano(int batchSize, Trials trials, Ticker ticker)
      throws DeviceException {
    try (Trial trial = trials.of(batchSize)) {
      trial.run();
      long fastest = Long.MAX_VALUE;
      long spent = 0;
      for (int i = 0; i < MOST_REPETITIONS && spent < ENOUGH_NANOS; i++) {
        long start = ticker.nanos();
        trial.run();
        long took = ticker.nanos() - start;
        fastest = Math.min(fastest, took);
        spent += took;
      }
      return batchSize / (double) Math.max(1, fastest);
    }
  }

  /** 0 when nothing usable is remembered. */
  private static int read(Path file) {
    try {
      return Files.exists(file) ? Integer.parseInt(Files.readString(file).strip()) : 0;
    } catch (IOException | NumberFormatException e) {
      LOG.log(Level.WARNING, "batch bound in {0} cannot be read, measuring again: {1}", file, e);
      return 0;
    }
  }

  private void write(Path file, int bound) {
    try {
      Files.createDirectories(folder);
      Path fresh = Files.createTempFile(folder, "measured-", "");
      Files.writeString(fresh, bound + "\n");
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.log(
          Level.WARNING,
          "batch bound cannot be kept in {0}, the next start measures again: {1}",
          file,
          e);
    }
  }
}
