package dev.penstock.worker.shelf;

import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelRepository;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.ForwardingDevice;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.ModelLoadException;

/**
 * A device that keeps no model whose files were replaced while it read them: a job runs the very
 * package it was admitted for, or fails.
 */
public final class IntactDevice extends ForwardingDevice {
  private final ModelRepository repository;

  /**
   * @param repository whose packages lie in folders that others write into
   */
  public IntactDevice(Device device, ModelRepository repository) {
    super(device);
    this.repository = repository;
  }

  @Override
  public LoadedModel load(ModelPackage modelPackage) throws ModelLoadException {
    boolean shared = modelPackage.equals(repository.byDigest(modelPackage.digest()));
    LoadedModel loaded = device.load(modelPackage);
    if (shared && !repository.isIntact(modelPackage)) {
      loaded.close();
      throw new ModelLoadException(
          "its files were replaced while it was loaded: send the request again");
    }
    return loaded;
  }
}
