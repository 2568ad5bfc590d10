package dev.penstock.model.export;

import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.Arithmetic;
import dev.penstock.model.ModelDescription.ColorMode;
import dev.penstock.model.ModelDescription.ForwardPass;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.Preprocessing;
import dev.penstock.model.ModelDescription.ResizeMode;
import dev.penstock.model.PackageException;
import dev.penstock.model.onnx.OnnxSignature;
import dev.penstock.model.onnx.TensorSpec;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Describes a bare ONNX file from its metadata and shapes, as the exporter of Ultralytics writes
 * them ({@code task}, {@code names}, {@code imgsz}, {@code args}, …; others write the same keys).
 * Its pictures are prepared as that tool does it.
 */
public final class OnnxExport {
  private static final int LETTERBOX_PADDING = 114;
  private static final double PIXEL_SCALE = 255;
  private static final int RGB_CHANNELS = 3;

  /** Of a batch and of the sides of pictures; no network that fits into a memory has more. */
  private static final int LARGEST_SIDE = 1 << 14;

  private final ExportMetadata metadata;
  private final TensorSpec input;

  private OnnxExport(OnnxSignature signature) throws PackageException {
    this.metadata = new ExportMetadata(signature.metadata());
    this.input = imageInput(signature);
  }

  /**
   * @param classNames from a file beside it; empty when there is none, then the metadata must have
   *     them
   * @throws PackageException naming what is not understood and what to add
   */
  public static ModelDescription describe(OnnxSignature signature, List<String> classNames)
      throws PackageException {
    var export = new OnnxExport(signature);
    // What cannot be served at all is said before what is missing.
    ExportTask task = ExportTask.of(export.metadata, signature.outputs());
    List<String> names = classNames.isEmpty() ? export.metadata.classNames() : classNames;
    var grids = new Grids(export.side(2, 0), export.side(3, 1));
    ExportLayout layout =
        ExportLayout.of(task, names.size(), export.metadata, signature.outputs(), grids);
    return new ModelDescription(
        layout.architecture(),
        task.apiName(),
        names,
        layout.isYolox() ? yolox(export.networkInput(task)) : export.networkInput(task),
        new Preprocessing(null, false, null),
        new ForwardPass(staticBatch(export.input), export.metadata.largestBatch()),
        layout.postProcessing(),
        task == ExportTask.POSE ? export.keypoints(names.size()) : List.of(),
        Arithmetic.TOOL);
  }

  private static TensorSpec imageInput(OnnxSignature signature) throws PackageException {
    TensorSpec first = signature.inputs().get(0);
    boolean isImage =
        signature.inputs().size() == 1
            && first.rank() == 4
            && (first.type().equals("float32") || first.type().equals("float16"));
    if (!isImage) {
      throw new PackageException(
          "the network takes %s; only networks with one image input of floats, [batch, channels,"
                  .formatted(signature.inputs())
              + " height, width], can be served: export it with that input");
    }
    return first;
  }

  private NetworkInput networkInput(ExportTask task) throws PackageException {
    long channels = input.side(1) < 0 ? metadata.channels(RGB_CHANNELS) : input.side(1);
    if (channels != 1 && channels != RGB_CHANNELS) {
      throw new PackageException(
          "the network takes %s, where 1 or 3 channels must come second: export it with channels"
                  .formatted(input)
              + " first, for grey or colour pictures");
    }
    return new NetworkInput(
        side(3, 1),
        side(2, 0),
        (int) channels,
        ColorMode.RGB,
        task == ExportTask.CLASSIFY ? ResizeMode.SHORTER_EDGE_CROP : ResizeMode.LETTERBOX_ROUNDED,
        task == ExportTask.CLASSIFY ? 0 : LETTERBOX_PADDING,
        PIXEL_SCALE,
        null,
        input.side(2) < 0 || input.side(3) < 0);
  }

  /** As YOLOX prepares its pictures: blue first, not scaled, in the upper left corner. */
  private static NetworkInput yolox(NetworkInput plain) {
    return new NetworkInput(
        plain.width(),
        plain.height(),
        plain.channels(),
        ColorMode.BGR,
        ResizeMode.LETTERBOX_TOP_LEFT,
        LETTERBOX_PADDING,
        null,
        null,
        plain.dynamicSpatialSize());
  }

  /** A side of the pictures, from the metadata where the graph leaves it open. */
  private int side(int axis, int index) throws PackageException {
    if (input.side(axis) >= 0) {
      return side(input, axis);
    }
    List<Integer> imageSize = metadata.imageSize();
    if (imageSize.isEmpty()) {
      throw new PackageException(
          "the network takes %s and its metadata has no 'imgsz': export it with a fixed size, or"
                  .formatted(input)
              + " add the size as metadata, for example imgsz = [640, 640]");
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
