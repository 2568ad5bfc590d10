package dev.penstock.cli.models;

import dev.penstock.cli.options.DeviceOptions;
import dev.penstock.config.StartupException;
import dev.penstock.model.ModelPackage;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.ModelLoadException;
import dev.penstock.worker.engine.devices.Devices;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Runs models as a worker would, and takes the time. */
final class Trials implements AutoCloseable {
  /** Held, because the platform forgets the level of a logger that nobody holds. */
  private static final Logger QUIET = Logger.getLogger("dev.penstock");

  private final Device device;
  private final Ticker ticker;

  private Trials(Device device, Ticker ticker) {
    this.device = device;
    this.ticker = ticker;
  }

  /** On the device of the options; {@code auto} is the CPU unless a GPU can be used. */
  static Trials open(DeviceOptions options) {
    QUIET.setLevel(Level.WARNING); // what was chosen stands in the result
    Path cache = options.cache();
    return new Trials(Devices.open(options.device(), cache), Ticker.SYSTEM);
  }

  /**
   * Loads a model, runs it on a grey picture and forgets it.
   *
   * @throws StartupException when it cannot run here
   */
  Speed run(ModelPackage model) {
    long started = ticker.nanos();
    try (LoadedModel loaded = device.load(model)) {
      long loadNanos = ticker.nanos() - started;
      return new SpeedTest(loaded, ticker).run(device.label(), loadNanos);
    } catch (ModelLoadException e) {
      throw new StartupException("Model loading failed: " + model.id() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    device.close();
  }
}
