package dev.penstock.model.export;

import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.Arithmetic;
import dev.penstock.model.ModelDescription.ForwardPass;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.Preprocessing;
import dev.penstock.model.PackageException;
import dev.penstock.model.onnx.OnnxSignature;
import dev.penstock.model.onnx.TensorSpec;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Describes a bare ONNX file: from its metadata and shapes, as the exporter of Ultralytics writes
 * them ({@code task}, {@code names}, {@code imgsz}, {@code args}, …; others write the same keys),
 * or from the names, types and shapes of its outputs alone. Its pictures are prepared as its own
 * tool does it.
 */
public final class OnnxExport {

  /** {@code [batch, anchors, height, width, 5 + classes]}. */
  private static final int RAW_MAP = 5;

  /** Of a batch and of the sides of pictures; no network that fits into a memory has more. */
  private static final int LARGEST_SIDE = 1 << 14;

  private final OnnxSignature signature;
  private final ExportMetadata metadata;
  private final ExportHints hints;
  private final ImageInput input;

  private OnnxExport(OnnxSignature signature, ExportHints hints) throws PackageException {
    this.signature = signature;
    this.metadata = new ExportMetadata(signature.metadata());
    this.hints = hints;
    this.input = ImageInput.of(signature);
  }

  /**
   * @param hints what files beside it say; without names the metadata must have them
   * @throws PackageException naming what is not understood and what to add
   */
  public static ModelDescription describe(OnnxSignature signature, ExportHints hints)
      throws PackageException {
    var export = new OnnxExport(signature, hints);
    Reading reading = export.reading();
    return new ModelDescription(
        reading.architecture(),
        reading.task().apiName(),
        reading.classNames(),
        export.networkInput(reading.preparation()),
        new Preprocessing(null, false, null),
        new ForwardPass(export.batch(reading), export.metadata.largestBatch()),
        reading.postProcessing(),
        reading.task() == ExportTask.POSE
            ? export.keypoints(reading.classNames().size())
            : List.of(),
        Arithmetic.TOOL,
        reading.outputs());
  }

  private Reading reading() throws PackageException {
    List<TensorSpec> outputs = signature.outputs();
    if (metadata.task() == null && outputs.get(0).rank() == RAW_MAP && !hasCandidates(outputs)) {
      throw new PackageException(
          "its outputs %s are the raw maps of its heads, and the anchors that belong to them do not"
                  .formatted(outputs)
              + " stand in the file: export it with the grid (YOLOv7: --grid), so that it answers"
              + " [batch, candidates, 5 + classes]");
    }
    String said = metadata.task();
    // What cannot be served at all is said before what is missing.
    ExportTask task = said == null ? null : ExportTask.of(said);
    if (task == null && UltralyticsExport.isToldBy(outputs)) {
      task = outputs.stream().anyMatch(o -> o.rank() == 4) ? ExportTask.SEGMENT : ExportTask.DETECT;
    }
    if (task != null) {
      List<String> names =
          hints.classNames().isEmpty() ? metadata.classNames() : hints.classNames();
      return UltralyticsExport.read(task, names, metadata, outputs, new Grids(height(), width()));
    }
    return new ForeignExport(signature, metadata, hints).read().orElseThrow(() -> untold(outputs));
  }

  private static boolean hasCandidates(List<TensorSpec> outputs) {
    return outputs.stream().anyMatch(output -> output.rank() == 3);
  }

  private static PackageException untold(List<TensorSpec> outputs) {
    return new PackageException(
        "it does not say what it does: its metadata has no 'task', and its outputs %s tell none."
                .formatted(outputs)
            + " Describe it with model_config.json, inference_config.json and class_names.txt beside"
            + " weights.onnx in <dataset>/<version>/");
  }

  private @Nullable Integer batch(Reading reading) throws PackageException {
    return reading.single() || input.isSingle() ? Integer.valueOf(1) : staticBatch(input.tensor());
  }

  private NetworkInput networkInput(Preparation known) throws PackageException {
    int channels = input.channels(metadata);
    boolean dynamic =
        input.tensor().side(input.heightAxis()) < 0 || input.tensor().side(input.widthAxis()) < 0;
    Preparation preparation = hints.over(known);
    Preparation fed = input.isBytes() ? preparation.ofBytes() : preparation;
    return new NetworkInput(
        width(),
        height(),
        channels,
        fed.color(),
        fed.resize(),
        fed.padding(),
        fed.scale(),
        fed.normalization(),
        dynamic,
        fed.size(),
        input.channelsLast());
  }

  private List<Integer> imageSize() throws PackageException {
    return hints.height() != null && hints.width() != null
        ? List.of(hints.height(), hints.width())
        : metadata.imageSize();
  }

  private int width() throws PackageException {
    return side(input.widthAxis(), 1);
  }

  private int height() throws PackageException {
    return side(input.heightAxis(), 0);
  }

  /** A side of the pictures, from what is said where the graph leaves it open. */
  private int side(int axis, int index) throws PackageException {
    if (input.tensor().side(axis) >= 0) {
      return side(input.tensor(), axis);
    }
    List<Integer> imageSize = imageSize();
    if (imageSize.isEmpty()) {
      throw new PackageException(
          "the network takes %s and its metadata has no 'imgsz': export it with a fixed size, add the"
                  .formatted(input.tensor())
              + " size as metadata, for example imgsz = [640, 640], or put inference_config.json beside"
              + " it, {\"network_input\": {\"training_input_size\": {\"width\": 640, \"height\":"
              + " 640}}}");
    }
    return imageSize.get(index);
  }

  /** The size of the batch a network is bound to, or null when it takes any. */
  public static @Nullable Integer staticBatch(TensorSpec input) throws PackageException {
    return input.side(0) > 0 ? side(input, 0) : null;
  }

  /**
   * A fixed side of a network's input.
   *
   * @throws PackageException when no network has such a side
   */
  public static int side(TensorSpec input, int axis) throws PackageException {
    long side = input.side(axis);
    if (side < 1 || side > LARGEST_SIDE) {
      throw new PackageException(
          "the network takes %s; sides from 1 to %d can be served: export it with others"
              .formatted(input, LARGEST_SIDE));
    }
    return (int) side;
  }

  /** Without names they are numbered, as newer versions of the tool do it themselves. */
  private List<List<String>> keypoints(int classes) throws PackageException {
    int count = metadata.keypointShape().get(0);
    List<String> numbers = IntStream.range(0, count).mapToObj(Integer::toString).toList();
    return metadata.keypointNames(classes).stream()
        .map(names -> names.size() == count ? names : numbers)
        .toList();
  }
}
