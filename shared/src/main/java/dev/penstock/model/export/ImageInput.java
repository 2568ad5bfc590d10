package dev.penstock.model.export;

import dev.penstock.model.PackageException;
import dev.penstock.model.onnx.OnnxSignature;
import dev.penstock.model.onnx.TensorSpec;
import java.util.ArrayList;
import java.util.Set;

/**
 * The one input of a network that takes pictures: {@code [batch, channels, height, width]}, {@code
 * [batch, height, width, channels]} or, as torchvision's detectors have it, {@code [channels,
 * height, width]}; floats, or bytes where the network scales by itself. What else it takes is
 * {@linkplain #KNOWN_BESIDE known} and the same for every picture.
 */
record ImageInput(TensorSpec tensor, boolean channelsLast) {
  private static final int RGB_CHANNELS = 3;

  private static final Set<String> TYPES = Set.of("float32", "float16", "uint8");

  /**
   * The size that boxes are to be given in, and which pixels are no padding: those that lanes fill
   * in.
   */
  private static final Set<String> KNOWN_BESIDE = Set.of("orig_target_sizes", "pixel_mask");

  /**
   * @throws PackageException when there is none, or something else has to be fed
   */
  static ImageInput of(OnnxSignature signature) throws PackageException {
    var pictures = new ArrayList<TensorSpec>();
    for (TensorSpec input : signature.inputs()) {
      if (!KNOWN_BESIDE.contains(input.name())) {
        pictures.add(input);
      }
    }
    boolean isImage = pictures.size() == 1 && isImage(pictures.get(0));
    if (!isImage) {
      throw new PackageException(
          "the network takes %s; only networks with one image input of floats or bytes, [batch,"
                  .formatted(signature.inputs())
              + " channels, height, width] or with the channels last, can be served, and beside it"
              + " 'orig_target_sizes' and 'pixel_mask': export it with that input");
    }
    return new ImageInput(pictures.get(0), hasChannelsLast(pictures.get(0)));
  }

  private static boolean isImage(TensorSpec input) {
    boolean single = input.rank() == 3 && isColour(input.side(0));
    return TYPES.contains(input.type()) && (input.rank() == 4 || single);
  }

  private static boolean isColour(long side) {
    return side == 1 || side == RGB_CHANNELS;
  }

  private static boolean hasChannelsLast(TensorSpec input) {
    return input.rank() == 4 && isColour(input.side(3)) && !isColour(input.side(1));
  }

  /** Whether it takes one picture and knows no batches. */
  boolean isSingle() {
    return tensor.rank() == 3;
  }

  boolean isBytes() {
    return tensor.type().equals("uint8");
  }

  private int axis(int behindBatch) {
    return behindBatch - (isSingle() ? 1 : 0);
  }

  /**
   * 1 or 3.
   *
   * @param metadata says it where the graph leaves it open; not read where it does not
   * @throws PackageException when it is another number
   */
  int channels(ExportMetadata metadata) throws PackageException {
    long side = tensor.side(axis(channelsLast ? 3 : 1));
    long channels = side < 0 ? metadata.channels(RGB_CHANNELS) : side;
    if (!isColour(channels)) {
      throw new PackageException(
          "the network takes %s, where 1 or 3 channels must come second or last: export it for grey"
                  .formatted(tensor)
              + " or colour pictures");
    }
    return (int) channels;
  }

  int heightAxis() {
    return axis(channelsLast ? 1 : 2);
  }

  int widthAxis() {
    return axis(channelsLast ? 2 : 3);
  }
}
