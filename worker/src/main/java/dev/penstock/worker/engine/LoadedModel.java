package dev.penstock.worker.engine;

import java.util.List;

/** A warm model on one device. */
public interface LoadedModel extends AutoCloseable {
  /**
   * Most images in one forward pass: the knee of images per second over batch size, found at
   * warm-up.
   */
  int maxBatch();

  /** One runner for each lane of the device. */
  List<BatchRunner> runners();

  /** Frees sessions and buffers. No runner may be in use. */
  @Override
  void close();
}
