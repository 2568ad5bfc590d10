package dev.penstock.worker.engine.devices;

import dev.penstock.config.StartupException;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.engine.BatchBounds;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.devices.DeviceSpec.Cpu;
import dev.penstock.worker.engine.devices.DeviceSpec.Cuda;
import dev.penstock.worker.engine.devices.DeviceSpec.Simulated;
import dev.penstock.worker.engine.natives.Natives;
import dev.penstock.worker.engine.onnx.OnnxDevice;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.function.IntSupplier;

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
      return cuda(cuda.index(), cache, bounds);
    }
    return auto(cache, bounds);
  }

  private static Device auto(Path cache, BatchBounds bounds) {
    int gpus = cudaDeviceCount();
    if (gpus == 0) {
      LOG.log(Level.INFO, "device auto: cpu, no NVIDIA GPU is visible");
      return OnnxDevice.cpu(cache, bounds);
    }
    if (!Natives.haveCuda()) {
      LOG.log(Level.WARNING, "device auto: cpu, although there is a GPU: {0}", noCuda());
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

  private static Device cuda(int index, Path cache, BatchBounds bounds) {
    if (!Natives.haveCuda()) {
      throw new StartupException("--device cuda: " + noCuda() + ", or give --device cpu.");
    }
    return OnnxDevice.cuda(index, cache, bounds);
  }

  /** Why there is no CUDA in this build, and how to come to one that has it. */
  public static String noCuda() {
    return Natives.canHaveCuda()
        ? "this build computes on the CPU alone; build it for GPUs with PENSTOCK_FLAVOUR=gpu"
            + " penstock doctor (docs/gpu.md)"
        : "there is no build for GPUs for %s on %s (docs/gpu.md)"
            .formatted(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  /** Whether this build has what computes on GPUs, which need not work on this machine. */
  public static boolean haveCuda() {
    return Natives.haveCuda();
  }

  /**
   * Looks at a device without opening it.
   *
   * @throws StartupException when the text means no device
   */
  public static void check(String spec) {
    DeviceSpec.parse(spec);
  }

  /**
   * The GPUs that get a worker process each, when there is more than one: all that this process
   * sees, unless one device is named.
   *
   * @param spec what {@code --device} says
   * @throws StartupException when it asks for GPUs and there are none, or this build has no use for
   *     them
   */
  public static int gpusToServe(String spec) {
    return gpusToServe(spec, Natives.haveCuda(), Devices::cudaDeviceCount);
  }

  static int gpusToServe(String spec, boolean haveCuda, IntSupplier visible) {
    if (spec.equals("auto")) {
      return haveCuda ? visible.getAsInt() : 0;
    }
    if (!spec.equals("cuda")) {
      return 0;
    }
    if (!haveCuda) {
      throw new StartupException("--device cuda: " + noCuda() + ", or give --device cpu.");
    }
    int gpus = visible.getAsInt();
    if (gpus == 0) {
      throw new StartupException(
          "--device cuda: no GPU is visible; look at nvidia-smi and CUDA_VISIBLE_DEVICES, or give"
              + " --device cpu to compute without one");
    }
    return gpus;
  }

  /** What computes, once a device was opened: version of ONNX Runtime and what it was built for. */
  public static String runtime() {
    return OnnxDevice.runtime();
  }

  /** How many NVIDIA GPUs this process may use. Does not say that they work. */
  public static int cudaDeviceCount() {
    return Gpus.ofThisMachine().visible(System.getenv());
  }
}
