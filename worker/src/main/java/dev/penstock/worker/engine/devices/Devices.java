package dev.penstock.worker.engine.devices;

import dev.penstock.config.StartupException;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.engine.BatchBounds;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.devices.DeviceSpec.Cpu;
import dev.penstock.worker.engine.devices.DeviceSpec.Cuda;
import dev.penstock.worker.engine.devices.DeviceSpec.Simulated;
import dev.penstock.worker.engine.onnx.OnnxDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;

/** Opens what {@code --device} asks for. */
public final class Devices {
  private static final Logger LOG = System.getLogger(Devices.class.getName());

  private Devices() {}

  /**
   * Opens a device.
   *
   * @param spec {@code auto}, {@code cpu}, {@code cuda[:N]} or {@code
   *     simulated[:base=0ms,per-image=50ms,max-batch=8]}
   * @param cache folder that outlives the process, for unpacked libraries and measured batch bounds
   * @throws StartupException when the text is wrong, or the GPU it names cannot be used
   */
  public static Device open(String spec, Path cache) {
    return open(DeviceSpec.parse(spec), cache, Ticker.SYSTEM);
  }

  static Device open(DeviceSpec spec, Path cache, Ticker ticker) {
    var bounds = new BatchBounds(cache, ticker);
    if (spec instanceof Simulated simulated) {
      return new SimulatedDevice(simulated, ticker);
    }
    if (spec instanceof Cpu) {
      return OnnxDevice.cpu(cache, bounds);
    }
    if (spec instanceof Cuda cuda) {
      return OnnxDevice.cuda(cuda.index(), cache, bounds);
    }
    return auto(cache, bounds);
  }

  private static Device auto(Path cache, BatchBounds bounds) {
    if (cudaDeviceCount() == 0) {
      LOG.log(Level.INFO, "device auto: cpu, no NVIDIA GPU is visible");
      return OnnxDevice.cpu(cache, bounds);
    }
    try {
      Device cuda = OnnxDevice.cuda(0, cache, bounds);
      LOG.log(Level.INFO, "device auto: {0}", cuda.label());
      return cuda;
    } catch (StartupException e) {
      LOG.log(Level.WARNING, "device auto: cpu, although there is a GPU. {0}", e.getMessage());
      return OnnxDevice.cpu(cache, bounds);
    }
  }

  /** What computes, once a device was opened: version of ONNX Runtime and what it was built for. */
  public static String runtime() {
    return OnnxDevice.runtime();
  }

  /**
   * How many NVIDIA GPUs this process may use: what {@code CUDA_VISIBLE_DEVICES} lists, else the
   * device files the driver made (Linux). Does not say that they work.
   */
  public static int cudaDeviceCount() {
    return cudaDeviceCount(System.getenv(), Path.of("/dev"));
  }

  static int cudaDeviceCount(Map<String, String> environment, Path deviceFiles) {
    int present = deviceFiles(deviceFiles);
    String visible = environment.get("CUDA_VISIBLE_DEVICES");
    if (visible == null) {
      return present;
    }
    // CUDA stops at the first entry that is none.
    long listed =
        Arrays.stream(visible.split(","))
            .map(String::strip)
            .takeWhile(entry -> !entry.isEmpty() && !entry.startsWith("-"))
            .count();
    return (int) Math.min(present, listed);
  }

  private static int deviceFiles(Path folder) {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return (int)
          files.filter(file -> file.getFileName().toString().matches("nvidia[0-9]+")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
