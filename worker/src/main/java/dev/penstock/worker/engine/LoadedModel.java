package dev.penstock.worker.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A warm model on one device. */
public interface LoadedModel extends AutoCloseable {
  /**
   * Most images in one forward pass: the knee of images per second over batch size, found at
   * warm-up.
   */
  int maxBatch();

  /**
   * Why it takes no more, where that is not for the sake of speed: what shows that larger batches
   * would be answered wrongly, or would not run. Null otherwise.
   */
  default @Nullable String batchObjection() {
    return null;
  }

  /**
   * Lowers {@link #maxBatch}, for this process and the next starts: larger batches do not fit into
   * the device's memory. Never raises it. A network whose batch size is fixed keeps its own.
   *
   * @param most at least 1
   */
  void limitBatch(int most);

  /**
   * Bytes of the device's memory that it takes when all lanes run, as measured when it was loaded.
   */
  long memory();

  /** One runner for each lane of the device. */
  List<BatchRunner> runners();

  /** Frees sessions and buffers. No runner may be in use. */
  @Override
  void close();
}
