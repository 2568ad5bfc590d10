package dev.penstock.worker.engine.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.RunOptions;
import ai.onnxruntime.TensorInfo;
import dev.penstock.worker.engine.DeviceException;
import dev.penstock.worker.vision.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * Input and outputs of a network outside the Java heap, for batches up to a bound, used again by
 * every forward pass: nothing is copied on the way in, nor on the way out where the network fixes
 * the shape of its outputs.
 */
final class TensorLane implements AutoCloseable {
  private final OnnxNetwork network;
  private final int capacity;
  private final long[] inputShape;
  private final Mat input;
  private final FedInput fed;
  private final Map<String, FloatPointer> pinned = new LinkedHashMap<>();
  private final Set<String> unpinned;
  private volatile List<Tensor> batchOutputs = List.of();

  /**
   * @param capacity images in the largest batch; all of them when the network's batch is fixed
   */
  TensorLane(OnnxNetwork network, int capacity, int channels, int height, int width) {
    this.network = network;
    this.capacity = capacity;
    this.inputShape = new long[] {capacity, channels, height, width};
    try (Scalar zero = Scalar.all(0)) {
      this.input = new Mat(capacity * channels * height, width, opencv_core.CV_32FC1, zero);
    }
    this.fed = new FedInput(network.form(), input, capacity, channels, height, width);
    network
        .outputs()
        .forEach(
            (name, info) -> {
              if (isFixed(info) && network.rows().areFixed()) {
                pinned.put(name, zeros((long) capacity * floatsPerImage(info.getShape())));
              }
            });
    this.unpinned = new LinkedHashSet<>(network.outputs().keySet());
    unpinned.removeAll(pinned.keySet());
  }

  private static FloatPointer zeros(long floats) {
    var memory = new FloatPointer(floats);
    memory.limit(floats);
    memory.zero();
    return memory;
  }

  /** The input of that slot, {@code [channels x height, width]}; the caller closes it. */
  Mat slot(int slot) {
    int rows = (int) (inputShape[1] * inputShape[2]);
    return input.rowRange(slot * rows, (slot + 1) * rows);
  }

  /**
   * One forward pass over the first slots.
   *
   * @throws DeviceException when ONNX Runtime fails
   */
  void run(int batchSize) throws DeviceException {
    try (var options = new RunOptions()) {
      run(batchSize, options);
    } catch (OrtException e) {
      throw failure(e);
    }
  }

  /**
   * As {@link #run}; afterwards the runtime keeps no more memory than a pass of this size needs.
   * Without it, what one large batch took is taken for ever.
   *
   * @param arena as ONNX Runtime names it: {@code cpu:0}, {@code gpu:0}
   */
  void runAndShrink(int batchSize, String arena) throws DeviceException {
    try (var options = new RunOptions()) {
      options.addRunConfigEntry("memory.enable_memory_arena_shrinkage", arena);
      run(batchSize, options);
    } catch (OrtException e) {
      throw failure(e);
    }
  }

  private static DeviceException failure(OrtException e) {
    String message = "ONNX Runtime: " + e.getMessage();
    return MemoryShortage.isNamedIn(e.getMessage())
        ? DeviceException.outOfMemory(message, e)
        : new DeviceException(message, e);
  }

  private void run(int batchSize, RunOptions options) throws OrtException {
    int rows = network.fixedBatch() > 0 ? capacity : batchSize;
    var results = new LinkedHashMap<String, OnnxTensor>();
    try (OnnxTensor tensor = fed.tensor(rows);
        SideTensors sides = new SideTensors(network.sideInputs(), rows, inputShape)) {
      for (Map.Entry<String, FloatPointer> output : pinned.entrySet()) {
        TensorInfo info = network.outputs().get(output.getKey());
        if (info != null) {
          results.put(
              output.getKey(),
              floats(output.getValue().asBuffer(), withRows(info.getShape(), rows)));
        }
      }
      run(sides.with(network.inputName(), tensor), rows, results, options);
    } finally {
      results.values().forEach(OnnxTensor::close);
    }
  }

  private void run(
      Map<String, OnnxTensor> inputs, int rows, Map<String, OnnxTensor> results, RunOptions options)
      throws OrtException {
    var tensors = new ArrayList<Tensor>();
    try (OrtSession.Result result = network.session().run(inputs, unpinned, results, options)) {
      for (String name : network.outputs().keySet()) {
        OnnxTensor output = (OnnxTensor) result.get(name).orElseThrow();
        FloatPointer memory = pinned.get(name);
        FloatBuffer values = memory == null ? OutputValues.of(output) : memory.asBuffer();
        Tensor plain = new Tensor(values, dimensions(output.getInfo().getShape()));
        tensors.add(network.rows().byPicture(plain, rows));
      }
    }
    batchOutputs = tensors;
  }

  /** Its own buffers, in bytes. */
  long bytes() {
    long floats = input.total() + fed.bytes() / Float.BYTES;
    for (FloatPointer memory : pinned.values()) {
      floats += memory.limit();
    }
    return Float.BYTES * floats;
  }

  /** Shapes of the last pass's outputs, with the batch dimension. */
  List<long[]> outputShapes() {
    return batchOutputs.stream()
        .map(output -> Arrays.stream(output.shape()).asLongStream().toArray())
        .toList();
  }

  /**
   * One image's part of the last pass's outputs, valid until the next one.
   *
   * @param slot below that pass's batch size
   */
  List<Tensor> outputs(int slot) {
    return batchOutputs.stream().map(output -> image(output, slot)).toList();
  }

  private static Tensor image(Tensor batch, int slot) {
    int[] shape = new int[batch.shape().length - 1];
    System.arraycopy(batch.shape(), 1, shape, 0, shape.length);
    int floats = 1;
    for (int side : shape) {
      floats *= side;
    }
    return new Tensor(batch.values().slice(slot * floats, floats), shape);
  }

  private static OnnxTensor floats(FloatBuffer memory, long[] shape) throws OrtException {
    memory.limit((int) shape[0] * floatsPerImage(shape));
    return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), memory, shape);
  }

  /** Whether only the batch dimension is open, so that the output's size is known beforehand. */
  private static boolean isFixed(TensorInfo output) {
    long[] shape = output.getShape();
    boolean fixed = output.type == OnnxJavaType.FLOAT && shape.length > 1;
    for (int i = 1; i < shape.length; i++) {
      fixed &= shape[i] > 0;
    }
    return fixed;
  }

  private static int floatsPerImage(long[] shape) {
    long floats = 1;
    for (int i = 1; i < shape.length; i++) {
      floats *= shape[i];
    }
    return Math.toIntExact(floats);
  }

  private static long[] withRows(long[] shape, int rows) {
    long[] changed = shape.clone();
    changed[0] = rows;
    return changed;
  }

  private static int[] dimensions(long[] shape) {
    int[] dimensions = new int[shape.length];
    for (int i = 0; i < shape.length; i++) {
      dimensions[i] = Math.toIntExact(shape[i]);
    }
    return dimensions;
  }

  @Override
  public void close() {
    fed.close();
    input.close();
    pinned.values().forEach(FloatPointer::close);
  }
}
