package dev.penstock.model;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the files beside the weights say of a model.
 *
 * @param architecture family of the network as the package names it, for example {@code yolov8}
 * @param taskType the task as the hosted API names it, for example {@code object-detection}
 * @param classNames class names by class id
 * @param input what the network takes
 * @param preprocessing what happens to a picture before it is resized
 * @param forwardPass how many pictures one forward pass takes
 * @param postProcessing what is left to do with the network's outputs
 * @param keypoints names of the key-points of each class by class id; empty without key-points
 * @param arithmetic whose numbers the answers have
 * @param outputs positions of the network's outputs in the order in which its family reads them;
 *     empty for the network's own
 */
public record ModelDescription(
    String architecture,
    String taskType,
    List<String> classNames,
    NetworkInput input,
    Preprocessing preprocessing,
    ForwardPass forwardPass,
    PostProcessing postProcessing,
    List<List<String>> keypoints,
    Arithmetic arithmetic,
    List<Integer> outputs) {
  public ModelDescription {
    classNames = List.copyOf(classNames);
    keypoints = keypoints.stream().map(List::copyOf).toList();
    outputs = List.copyOf(outputs);
  }

  /** A network whose outputs are read in its own order. */
  public ModelDescription(
      String architecture,
      String taskType,
      List<String> classNames,
      NetworkInput input,
      Preprocessing preprocessing,
      ForwardPass forwardPass,
      PostProcessing postProcessing,
      List<List<String>> keypoints,
      Arithmetic arithmetic) {
    this(
        architecture,
        taskType,
        classNames,
        input,
        preprocessing,
        forwardPass,
        postProcessing,
        keypoints,
        arithmetic,
        List.of());
  }

  /** With the numbers of the reference server. */
  public ModelDescription(
      String architecture,
      String taskType,
      List<String> classNames,
      NetworkInput input,
      Preprocessing preprocessing,
      ForwardPass forwardPass,
      PostProcessing postProcessing,
      List<List<String>> keypoints) {
    this(
        architecture,
        taskType,
        classNames,
        input,
        preprocessing,
        forwardPass,
        postProcessing,
        keypoints,
        Arithmetic.REFERENCE);
  }

  /** A model without key-points, with the numbers of the reference server. */
  public ModelDescription(
      String architecture,
      String taskType,
      List<String> classNames,
      NetworkInput input,
      Preprocessing preprocessing,
      ForwardPass forwardPass,
      PostProcessing postProcessing) {
    this(
        architecture,
        taskType,
        classNames,
        input,
        preprocessing,
        forwardPass,
        postProcessing,
        List.of());
  }

  /** Where several programs read the same outputs differently: whose way is taken. */
  public enum Arithmetic {
    /** Of the reference server: a package was made for it. */
    REFERENCE,
    /** Of the tool that a bare export comes from: its {@code predict} or {@code detect}. */
    TOOL
  }

  /**
   * The image input of a network: {@code [batch, channels, height, width]}, or with the channels
   * last.
   *
   * @param width in pixels
   * @param height in pixels
   * @param channels 1 or 3
   * @param colorMode order of the channels
   * @param resizeMode how a picture gets that size
   * @param paddingValue what fills the rest of the input, on the scale of pixels, 0 to 255
   * @param scalingFactor pixels are divided by it; null leaves them as they are
   * @param normalization applied to the scaled pixels, or null
   * @param dynamicSpatialSize whether the network takes other sizes as well
   * @param datasetSize the size that the pictures of its training had before they got the network's
   *     own, or null when that is not known; of {@link ResizeMode#SHORTER_EDGE_CROP} what the
   *     shorter edge is scaled to before the middle is cut out
   * @param channelsLast whether it is {@code [batch, height, width, channels]}
   */
  public record NetworkInput(
      int width,
      int height,
      int channels,
      ColorMode colorMode,
      ResizeMode resizeMode,
      int paddingValue,
      @Nullable Double scalingFactor,
      @Nullable Normalization normalization,
      boolean dynamicSpatialSize,
      @Nullable DatasetSize datasetSize,
      boolean channelsLast) {
    /** With the channels first. */
    public NetworkInput(
        int width,
        int height,
        int channels,
        ColorMode colorMode,
        ResizeMode resizeMode,
        int paddingValue,
        @Nullable Double scalingFactor,
        @Nullable Normalization normalization,
        boolean dynamicSpatialSize,
        @Nullable DatasetSize datasetSize) {
      this(
          width,
          height,
          channels,
          colorMode,
          resizeMode,
          paddingValue,
          scalingFactor,
          normalization,
          dynamicSpatialSize,
          datasetSize,
          false);
    }

    /** Without a size of its own for the pictures of its training. */
    public NetworkInput(
        int width,
        int height,
        int channels,
        ColorMode colorMode,
        ResizeMode resizeMode,
        int paddingValue,
        @Nullable Double scalingFactor,
        @Nullable Normalization normalization,
        boolean dynamicSpatialSize) {
      this(
          width,
          height,
          channels,
          colorMode,
          resizeMode,
          paddingValue,
          scalingFactor,
          normalization,
          dynamicSpatialSize,
          null);
    }

    /** The same input, with another mode in the place of {@code fit-longer-edge}. */
    public NetworkInput insteadOfFitLongerEdge(ResizeMode mode, int padding) {
      return resizeMode != ResizeMode.FIT_LONGER_EDGE
          ? this
          : new NetworkInput(
              width,
              height,
              channels,
              colorMode,
              mode,
              padding,
              scalingFactor,
              normalization,
              dynamicSpatialSize,
              datasetSize,
              channelsLast);
    }
  }

  /**
   * Size of the pictures in a set of them.
   *
   * @param width in pixels
   * @param height in pixels
   */
  public record DatasetSize(int width, int height) {}

  /** Order of the channels in a network's input. */
  public enum ColorMode {
    RGB,
    BGR
  }

  /** How a picture is brought to the size of the network's input. */
  public enum ResizeMode {
    /** Each side on its own. */
    STRETCH,
    /** As {@link #STRETCH}, with Pillow's antialiased bilinear filter. */
    STRETCH_ANTIALIASED,
    /** The whole picture in the middle, the rest padded. */
    LETTERBOX,
    /** As {@link #LETTERBOX}: the reference server pads here, too. */
    LETTERBOX_REFLECT_EDGES,
    /**
     * As {@link #LETTERBOX} with the rounding of Ultralytics: sides to the nearest pixel, and the
     * odd pixel of padding at the right and the bottom.
     */
    LETTERBOX_ROUNDED,
    /** The whole picture in the upper left corner, as YOLOX has it; sides are rounded down. */
    LETTERBOX_TOP_LEFT,
    /** The largest square in the middle is cut out and scaled, as YOLOv5's classifiers do it. */
    CENTER_SQUARE,
    /** No scaling: the middle of the picture is cut out or padded with zeros. */
    CENTER_CROP,
    /**
     * As torchvision prepares pictures for classifiers: the shorter edge is scaled to the input
     * with Pillow's antialiased bilinear filter, then the middle is cut out. For an input that is
     * not square both edges are scaled.
     */
    SHORTER_EDGE_CROP,
    /**
     * The whole picture without padding; each family of networks puts another mode in its place.
     */
    FIT_LONGER_EDGE
  }

  /**
   * {@code (value − mean) / deviation} for each channel, in the order of the colour mode.
   *
   * @param mean one for each channel
   * @param deviation one for each channel, none of them 0
   */
  public record Normalization(List<Double> mean, List<Double> deviation) {
    public Normalization {
      mean = List.copyOf(mean);
      deviation = List.copyOf(deviation);
    }

    /** Whether it can only be meant for pixels from 0 to 255: some number of it is beyond 1. */
    public boolean isOfBytes() {
      return mean.stream().anyMatch(value -> Math.abs(value) > 1)
          || deviation.stream().anyMatch(value -> Math.abs(value) > 1);
    }
  }

  /**
   * What happens to a picture before it is resized, in this order.
   *
   * @param staticCrop the part that is looked at, or null for all of it
   * @param grayscale whether colours are taken out
   * @param contrast how contrast is adjusted, or null
   */
  public record Preprocessing(
      @Nullable StaticCrop staticCrop, boolean grayscale, @Nullable Contrast contrast) {}

  /**
   * A part of each picture.
   *
   * @param xMin left edge in percent of the width
   * @param xMax right edge in percent of the width
   * @param yMin upper edge in percent of the height
   * @param yMax lower edge in percent of the height
   */
  public record StaticCrop(int xMin, int xMax, int yMin, int yMax) {}

  /** How contrast is adjusted. */
  public enum Contrast {
    ADAPTIVE_EQUALIZATION("Adaptive Equalization"),
    CONTRAST_STRETCHING("Contrast Stretching"),
    HISTOGRAM_EQUALIZATION("Histogram Equalization");

    private final String label;

    Contrast(String label) {
      this.label = label;
    }

    /** As packages write it. */
    public String label() {
      return label;
    }
  }

  /**
   * Batch sizes of the network.
   *
   * @param staticBatch the only one it takes, or null for any
   * @param maxDynamicBatch the largest its maker recommends, or null when nothing is said
   */
  public record ForwardPass(@Nullable Integer staticBatch, @Nullable Integer maxDynamicBatch) {
    /** The largest batch for a device that takes no more than {@code deviceLimit} images. */
    public int largestBatch(int deviceLimit) {
      if (staticBatch != null) {
        return staticBatch;
      }
      return maxDynamicBatch == null ? deviceLimit : Math.min(maxDynamicBatch, deviceLimit);
    }
  }

  /**
   * What is left to do with the network's outputs.
   *
   * @param type {@code nms}, {@code softmax}, {@code sigmoid}, or empty
   * @param fused whether the network does it by itself
   * @param removedClasses names of classes that the network knows and answers leave out
   */
  public record PostProcessing(String type, boolean fused, Set<String> removedClasses) {
    public PostProcessing {
      removedClasses = Set.copyOf(removedClasses);
    }

    /** Without classes to leave out. */
    public PostProcessing(String type, boolean fused) {
      this(type, fused, Set.of());
    }
  }
}
