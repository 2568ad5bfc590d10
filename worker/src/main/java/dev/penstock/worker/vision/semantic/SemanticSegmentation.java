package dev.penstock.worker.vision.semantic;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.ResizeMode;
import dev.penstock.worker.vision.ModelFamily;
import dev.penstock.worker.vision.Predictions;
import dev.penstock.worker.vision.Tensor;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Placement;
import dev.penstock.worker.vision.mask.PlaneScaler;
import java.util.Arrays;
import java.util.List;

/**
 * Networks with a plane of scores for each class, {@code [classes, height, width]}: the planes are
 * scaled to the picture, then the best class of each pixel counts if it is sure enough, else the
 * background. The background may lack a plane of its own; one plane alone is the only class beside
 * the background, and its sigmoid decides.
 */
public final class SemanticSegmentation implements ModelFamily {
  private static final String BACKGROUND = "background";
  private static final int MOST_CLASSES = 256;
  private static final double MIDDLE_CONFIDENCE = 0.5;
  private static final double LOW_CONFIDENCE = 0.25;
  private static final int BLACK = 0;
  private static final int GREY = 127;

  private final ModelDescription model;
  private final NetworkInput input;
  private final Activation activation;
  private final double defaultConfidence;
  private final int background;

  /**
   * @param input with what the architecture puts in the place of resize modes it does not have
   * @param defaultConfidence of the architecture, where the request has none
   */
  public SemanticSegmentation(
      ModelDescription model, NetworkInput input, Activation activation, double defaultConfidence) {
    this.model = model;
    this.input = input;
    this.activation = activation;
    this.defaultConfidence = defaultConfidence;
    this.background = background(model.classNames());
  }

  /** DeepLabV3+. */
  public static ModelFamily deepLab(ModelDescription model) {
    NetworkInput input = model.input().insteadOfFitLongerEdge(ResizeMode.LETTERBOX, BLACK);
    return new SemanticSegmentation(model, input, Activation.SOFTMAX, MIDDLE_CONFIDENCE);
  }

  /** YOLO26. */
  public static ModelFamily yolo26(ModelDescription model) {
    if (model.postProcessing().fused()) {
      return new ClassMapSegmentation(model);
    }
    NetworkInput input = model.input().insteadOfFitLongerEdge(ResizeMode.LETTERBOX, GREY);
    return new SemanticSegmentation(model, input, Activation.SOFTMAX, LOW_CONFIDENCE);
  }

  /** As {@link #deepLab}, with the scores of a pixel side by side. */
  public static ModelFamily planesLast(ModelDescription model) {
    return new ScoresOfPixels(deepLab(model));
  }

  /** −1 when there is none, which {@link #check} refuses. */
  private static int background(List<String> classNames) {
    for (int classId = 0; classId < classNames.size(); classId++) {
      if (classNames.get(classId).equalsIgnoreCase(BACKGROUND)) {
        return classId;
      }
    }
    return -1;
  }

  @Override
  public NetworkInput input() {
    return input;
  }

  @Override
  public void check(List<long[]> outputs) throws UnsupportedModelException {
    int classes = model.classNames().size();
    if (background < 0 || classes < 2 || classes > MOST_CLASSES) {
      throw new UnsupportedModelException(
          "semantic segmentation needs 2 to %d class names, one of them 'background', not %s;"
                  .formatted(MOST_CLASSES, model.classNames())
              + " correct class_names.txt");
    }
    long[] shape = outputs.get(0);
    boolean fits =
        shape.length == 4
            && (shape[1] <= 0 || shape[1] == classes || shape[1] == classes - 1 || shape[1] == 1);
    if (!fits) {
      throw new UnsupportedModelException(
          "the network answers %s but %s with %d class names should answer [batch, %d, height,"
                  .formatted(Arrays.toString(shape), model.architecture(), classes, classes)
              + " width]; check class_names.txt");
    }
  }

  @Override
  public Predictions predictions(
      List<Tensor> outputs, Placement placement, JobParameters parameters) {
    Tensor planes = outputs.get(0);
    var scaler = new PlaneScaler(planes, placement, background);
    var part = placement.part();
    float[][] line = new float[planes.shape()[0]][part.size().width()];
    float threshold = (float) parameters.confidence().orElse(defaultConfidence);
    ImageSize image = placement.image();
    byte[] classIds = new byte[Math.toIntExact(image.pixels())];
    byte[] confidences = new byte[classIds.length];
    Arrays.fill(classIds, (byte) background);
    for (int y = 0; y < part.size().height(); y++) {
      scaler.line(y, line);
      int at = (part.top() + y) * image.width() + part.left();
      classify(line, threshold, at, classIds, confidences);
    }
    return new Predictions.ClassMap(image, classIds, confidences, model.classNames());
  }

  private void classify(
      float[][] line, float threshold, int at, byte[] classIds, byte[] confidences) {
    Activation scoring = line.length == 1 ? Activation.SIGMOID : activation;
    float[] scores = new float[line.length];
    for (int x = 0; x < line[0].length; x++) {
      for (int plane = 0; plane < line.length; plane++) {
        scores[plane] = line[plane][x];
      }
      float confidence = scoring.confidence(scores);
      if (confidence >= threshold) {
        classIds[at + x] = (byte) classId(Activation.best(scores), line.length);
        confidences[at + x] = (byte) (int) (confidence * 255);
      }
    }
  }

  /** Planes skip the background where it has none. */
  private int classId(int plane, int planes) {
    return planes == model.classNames().size() || plane < background ? plane : plane + 1;
  }
}
