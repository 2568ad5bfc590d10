package dev.penstock.worker.engine;

import dev.penstock.model.ModelPackage;

/** What a worker computes on. Loading is thread-safe. */
public interface Device extends AutoCloseable {
  /** As it stands in {@code X-Worker-Device}: {@code cpu}, {@code cuda:0}, {@code simulated}. */
  String label();

  /** How many batches it runs at the same time, each on a thread of its own; at least 1. */
  int lanes();

  /** Where its models live. */
  DeviceMemory memory();

  /**
   * Loads a model, finds its batch bound and runs it until it is warm. Takes as long as it takes;
   * call it off the serving path.
   *
   * @throws ModelLoadException when the model cannot run here, with the reason for the client
   */
  LoadedModel load(ModelPackage modelPackage) throws ModelLoadException;

  @Override
  void close();
}
