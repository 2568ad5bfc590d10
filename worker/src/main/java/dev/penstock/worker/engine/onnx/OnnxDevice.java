package dev.penstock.worker.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import dev.penstock.config.StartupException;
import dev.penstock.model.ModelPackage;
import dev.penstock.worker.engine.BatchBounds;
import dev.penstock.worker.engine.Device;
import dev.penstock.worker.engine.DeviceException;
import dev.penstock.worker.engine.DeviceMemory;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.ModelLoadException;
import dev.penstock.worker.engine.natives.Natives;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** A CPU or a GPU by way of ONNX Runtime. */
public final class OnnxDevice implements Device {
  /** Beyond, a batch only makes its images wait for each other. */
  private static final int LARGEST_CPU_BATCH = 16;

  private static final int LARGEST_GPU_BATCH = 64;

  /** Bounds that earlier versions measured were of batches that nobody had proved to be right. */
  private static final String PROVED = "-proved";

  private final String label;
  private final int lanes;
  private final int largestBatch;
  private final OptionsSource options;
  private final BatchBounds bounds;
  private final OnnxMemory memory;
  private final AtomicInteger loading = new AtomicInteger();
  private final AtomicInteger resident = new AtomicInteger();

  private OnnxDevice(
      String label,
      int lanes,
      int largestBatch,
      OptionsSource options,
      BatchBounds bounds,
      OnnxMemory memory) {
    this.label = label;
    this.lanes = lanes;
    this.largestBatch = largestBatch;
    this.options = options;
    this.bounds = bounds;
    this.memory = memory;
  }

  /** Makes the options of one session. */
  @FunctionalInterface
  private interface OptionsSource {
    SessionOptions create() throws OrtException;
  }

  /** One lane for each core: pictures side by side beat threads within one forward pass. */
  public static OnnxDevice cpu(Path cache, BatchBounds bounds) {
    Natives.loadOnnxRuntime(cache);
    int lanes = Runtime.getRuntime().availableProcessors();
    return new OnnxDevice(
        "cpu",
        lanes,
        LARGEST_CPU_BATCH,
        OnnxDevice::singleThreaded,
        bounds,
        OnnxMemory.ofMachine(lanes, cache, digest -> key(digest, "cpu")));
  }

  /**
   * @param index as CUDA counts GPUs, from 0
   * @throws StartupException when CUDA cannot be used here
   */
  public static OnnxDevice cuda(int index, Path cache, BatchBounds bounds) {
    Natives.loadOnnxRuntime(cache);
    try {
      withCuda(index).close(); // tells whether it works
      String label = "cuda:" + index;
      return new OnnxDevice(
          label,
          1,
          LARGEST_GPU_BATCH,
          () -> withCuda(index),
          bounds,
          OnnxMemory.ofGpu(
              index, NvidiaSmi.of(index, System.getenv()), cache, digest -> key(digest, label)));
    } catch (OrtException e) {
      throw new StartupException(CudaTrouble.sentence(index, e.getMessage()), e);
    }
  }

  /** Version of ONNX Runtime and what it was built for, which need not work on this machine. */
  public static String runtime() {
    return "ONNX Runtime "
        + OrtEnvironment.getEnvironment().getVersion()
        + " with "
        + OrtEnvironment.getAvailableProviders().stream()
            .map(OrtProvider::name)
            .collect(Collectors.joining(", "));
  }

  private static SessionOptions singleThreaded() throws OrtException {
    var options = new SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    return options;
  }

  private static SessionOptions withCuda(int index) throws OrtException {
    SessionOptions options = singleThreaded();
    try (var cuda = new OrtCUDAProviderOptions(index)) {
      // The default tries every algorithm again for each new batch size.
      cuda.add("cudnn_conv_algo_search", "HEURISTIC");
      options.addCUDA(cuda);
      return options;
    } catch (OrtException e) {
      options.close();
      throw e;
    }
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public int lanes() {
    return lanes;
  }

  @Override
  public DeviceMemory memory() {
    return memory;
  }

  @Override
  public LoadedModel load(ModelPackage modelPackage) throws ModelLoadException {
    loading.incrementAndGet();
    try {
      LoadedModel loaded = loadBesideOthers(modelPackage);
      resident.incrementAndGet();
      return loaded;
    } finally {
      loading.decrementAndGet();
    }
  }

  private LoadedModel loadBesideOthers(ModelPackage modelPackage) throws ModelLoadException {
    try (SessionOptions sessionOptions = options.create()) {
      return OnnxModel.load(
          modelPackage,
          sessionOptions,
          lanes,
          largestBatch,
          new Bound(modelPackage),
          memory.measure(modelPackage));
    } catch (OrtException e) {
      throw new ModelLoadException(
          "the device cannot be used: " + OnnxWords.of(String.valueOf(e.getMessage())), e);
    }
  }

  /** Another version of ONNX Runtime has other kernels, another knee and takes other memory. */
  private static String key(String digest, String label) {
    String version = OrtEnvironment.getEnvironment().getVersion();
    return digest + "-" + label.replace(':', '-') + "-ort-" + version;
  }

  /** The batch bound of one model here. */
  private final class Bound implements OnnxModel.Bound {
    private final String key;

    Bound(ModelPackage modelPackage) {
      this.key = key(modelPackage.digest(), label) + PROVED;
    }

    @Override
    public int find(int limit, BatchBounds.Trials trials) throws DeviceException {
      return bounds.of(key, limit, resident.get() == 0, trials);
    }

    @Override
    public boolean isOne() {
      return bounds.isOne(key);
    }

    @Override
    public void lower(int most) {
      // A load takes more for a while than the model does then.
      if (loading.get() == 0) {
        bounds.lower(key, most);
      }
    }

    @Override
    public void unloaded() {
      resident.decrementAndGet();
    }
  }

  /** Sessions belong to the loaded models; ONNX Runtime itself lives as long as the process. */
  @Override
  public void close() {}
}
